using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.Core.Flow;

/// <summary>
/// Takes in a picture that a far worker has made. Of what the worker says of it nothing is believed: the hash must be that of the bytes
/// that came, and what they are is read from their own header.
/// </summary>
public sealed class OutputIntake(IObjectStore objects, IHeaderReader headers, ImageLimits limits)
{
    /// <param name="sha256">Of the whole picture, lower-case hex, as the worker computed it.</param>
    /// <returns>Durable, under a key that holds the hash too: other bytes for the same step never take its place.</returns>
    /// <exception cref="RevelaException"><c>empty-input</c>, <c>too-large</c>, <c>hash-mismatch</c>, <c>output-too-large</c>, <c>unsupported-format</c> or <c>broken-image</c>.</exception>
    /// <exception cref="OutageException">The storage cannot take it now.</exception>
    public async Task<StoredImage> Accept(ClaimedJob held, int stepIndex, Stream body, string sha256, CancellationToken cancel)
    {
        var path = Path.Combine(objects.Scratch, $"{Guid.NewGuid():N}.output");
        try
        {
            var (bytes, found) = await Reception.Write(body, path, limits.MaxOutputBytes, cancel);
            if (found != sha256) throw new RevelaException(ErrorCodes.HashMismatch, "The bytes that came do not have the hash that they were sent with.", retryable: true);
            var header = ReadHeader(path);
            var key = ObjectKeys.Sent(held.Job.Id, held.Lease, stepIndex, sha256, header.ContentType);
            await objects.Put(key, path, header.ContentType, cancel);
            return new StoredImage(key, header.ContentType, bytes, sha256, header.Width, header.Height, header.Frames);
        }
        finally
        {
            File.Delete(path);
        }
    }

    ImageHeader ReadHeader(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 16 * 1024);
        var header = headers.Read(file);
        if (header.Pixels * header.Frames <= limits.MaxOutputPixels) return header;
        throw new RevelaException(ErrorCodes.OutputTooLarge, $"The result has {header.Pixels * header.Frames:N0} pixels; at most {limits.MaxOutputPixels:N0} are taken.");
    }
}
