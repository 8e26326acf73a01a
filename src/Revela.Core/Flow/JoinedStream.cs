using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.Core.Flow;

/// <summary>Several objects read as one, each opened when its turn comes.</summary>
sealed class JoinedStream(IReadOnlyList<string> keys, IObjectStore objects) : Stream
{
    Stream? open;
    int next;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel = default)
    {
        while (true)
        {
            if (open is null)
            {
                if (next == keys.Count) return 0;
                open = await objects.Open(keys[next++], cancel).ConfigureAwait(false)
                    ?? throw new RevelaException(ErrorCodes.Busy, "A piece of the upload has just been taken away; ask how far it is.", retryable: true);
            }
            if (await open.ReadAsync(buffer, cancel).ConfigureAwait(false) is var read and > 0) return read;
            await open.DisposeAsync().ConfigureAwait(false);
            open = null;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancel) => ReadAsync(buffer.AsMemory(offset, count), cancel).AsTask();

    public override async ValueTask DisposeAsync()
    {
        if (open is not null) await open.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() { }
}
