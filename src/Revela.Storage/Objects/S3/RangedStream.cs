using System.Buffers;
using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;
using Revela.Core;

namespace Revela.Storage.Objects.S3;

/// <summary>
/// An object as a stream that can seek, read block by block; blocks double while reading goes straight on, so that a header costs little and a whole image few requests.
/// No connection is held between reads: a slow reader is cut off by nobody.
/// </summary>
sealed class RangedStream : Stream
{
    public const int SmallBlock = 256 * 1024;
    public const int LargeBlock = 8 * 1024 * 1024;

    const int BodyTries = 3;

    readonly IAmazonS3 client;
    readonly Buckets.Place place;
    readonly TimeSpan timeout;
    readonly TimeProvider time;
    byte[]? block;
    long blockStart, length, position;
    int blockLength, nextBlock;
    string? version;

    RangedStream(IAmazonS3 client, Buckets.Place place, int firstBlock, TimeSpan timeout, TimeProvider time) =>
        (this.client, this.place, nextBlock, this.timeout, this.time) = (client, place, firstBlock, timeout, time);

    /// <param name="firstBlock">Bytes read at once with the opening: one request tells that the object is there, how long it is, and this much of it.</param>
    /// <returns>Null when there is no such object.</returns>
    /// <exception cref="OutageException">The storage is away; reads throw it too.</exception>
    public static async Task<RangedStream?> Open(IAmazonS3 client, Buckets.Place place, int firstBlock, TimeSpan timeout, TimeProvider time, CancellationToken cancel)
    {
        var stream = new RangedStream(client, place, firstBlock, timeout, time);
        try
        {
            await stream.ReadBlock(0, cancel).ConfigureAwait(false);
            return stream;
        }
        catch (OutageException e) when (e.InnerException is AmazonS3Exception fault && Faults.IsMissing(fault))
        {
            return null;
        }
        catch (OutageException e) when (e.InnerException is AmazonS3Exception { ErrorCode: "InvalidRange" })
        {
            // An object without bytes has no first byte either.
            return stream;
        }
    }

    public override bool CanRead => block is not null || length == 0;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => length;

    public override long Position
    {
        get => position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || position >= length) return 0;
        if (!IsInBlock(position)) await ReadBlock(position, cancellationToken).ConfigureAwait(false);
        var from = (int)(position - blockStart);
        var count = Math.Min(buffer.Length, blockLength - from);
        block.AsSpan(from, count).CopyTo(buffer.Span);
        position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Holds its thread while the storage answers, unless the bytes are here already.</summary>
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => length + offset,
    };

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (block is not null) ArrayPool<byte>.Shared.Return(block);
        (block, blockLength) = (null, 0);
        base.Dispose(disposing);
    }

    bool IsInBlock(long at) => at >= blockStart && at < blockStart + blockLength;

    async Task ReadBlock(long start, CancellationToken cancel)
    {
        var goesOn = blockLength > 0 && start == blockStart + blockLength;
        if (goesOn) nextBlock = Math.Min(nextBlock * 2, LargeBlock);
        for (var tries = 1; ; tries++)
        {
            try
            {
                await Faults.Guard(() => TryReadBlock(start, cancel), cancel).ConfigureAwait(false);
                return;
            }
            catch (OutageException e) when (tries < BodyTries && e.InnerException is IOException)
            {
                // The connection broke inside the body, where the client itself does not try again.
            }
        }
    }

    async Task<bool> TryReadBlock(long start, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        // The same bytes to the end: an object that is overwritten meanwhile is not mixed with the new one.
        var request = new GetObjectRequest { BucketName = place.Bucket, Key = place.Key, EtagToMatch = version, ByteRange = new ByteRange(start, start + nextBlock - 1) };
        using var response = await client.GetObjectAsync(request, cancel).ConfigureAwait(false);

        var expected = (int)Math.Min(response.ContentLength, nextBlock);
        (length, version, blockLength) = (WholeLength(response), response.ETag, 0);
        Make(expected);
        await response.ResponseStream.ReadExactlyAsync(block.AsMemory(0, expected), either.Token).ConfigureAwait(false);
        (blockStart, blockLength) = (start, expected);
        return true;
    }

    // "bytes 0-262143/3512345"; absent where a storage answers with the whole object.
    static long WholeLength(GetObjectResponse response) =>
        response.ContentRange is { Length: > 0 } range ? long.Parse(range.AsSpan(range.IndexOf('/', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture) : response.ContentLength;

    void Make(int bytes)
    {
        if (block?.Length >= bytes) return;
        if (block is not null) ArrayPool<byte>.Shared.Return(block);
        block = ArrayPool<byte>.Shared.Rent(bytes);
    }
}
