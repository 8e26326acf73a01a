namespace Revela.App.Api.Batches;

/// <summary>Passes asynchronous writes on and holds synchronous ones, which a response refuses, until the next of them or a flush.</summary>
/// <remarks>A zip writes the few bytes behind each entry synchronously.</remarks>
public sealed class DeferredStream(Stream to) : Stream
{
    readonly MemoryStream held = new();

    public override void Write(byte[] buffer, int offset, int count) => held.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => held.Write(buffer);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancel = default)
    {
        await PassOn(cancel);
        await to.WriteAsync(buffer, cancel);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancel) => WriteAsync(buffer.AsMemory(offset, count), cancel).AsTask();

    public override async Task FlushAsync(CancellationToken cancel)
    {
        await PassOn(cancel);
        await to.FlushAsync(cancel);
    }

    async ValueTask PassOn(CancellationToken cancel)
    {
        if (held.Length == 0) return;
        await to.WriteAsync(held.GetBuffer().AsMemory(0, (int)held.Length), cancel);
        held.SetLength(0);
    }

    public override void Flush() { }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
