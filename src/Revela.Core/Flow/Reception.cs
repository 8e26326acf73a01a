using System.Buffers;
using System.Security.Cryptography;
using Revela.Core.Jobs;

namespace Revela.Core.Flow;

/// <summary>Writes what a client sends into a scratch file, hashing it on the way; never is a whole image in memory.</summary>
static class Reception
{
    const int BufferBytes = 256 * 1024;

    /// <param name="path">Made here; the caller deletes it, whatever happens.</param>
    /// <returns>The length and the SHA-256 in lower-case hex.</returns>
    /// <exception cref="RevelaException"><c>empty-input</c>, or <c>too-large</c> as soon as there are more than <paramref name="maxBytes"/>.</exception>
    /// <exception cref="OutageException">The scratch folder takes no files now.</exception>
    public static async Task<(long Bytes, string Sha256)> Write(Stream body, string path, long maxBytes, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        long total = 0;
        try
        {
            await using var file = CreateScratch(path);
            for (var filled = 0; ;)
            {
                var read = await body.ReadAsync(buffer.AsMemory(filled), cancel);
                filled += read;
                if (read > 0 && filled < buffer.Length) continue;

                total += filled;
                if (total > maxBytes) throw TooLarge(maxBytes);
                hash.AppendData(buffer, 0, filled);
                WriteScratch(file, buffer.AsSpan(0, filled));
                filled = 0;
                if (read == 0) break;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (total == 0) throw new RevelaException(ErrorCodes.EmptyInput, "The upload holds no bytes.");
        return (total, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    static FileStream CreateScratch(string path)
    {
        try
        {
            return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageAway(e);
        }
    }

    static void WriteScratch(FileStream file, ReadOnlySpan<byte> bytes)
    {
        try
        {
            file.Write(bytes);
        }
        catch (IOException e)
        {
            throw StorageAway(e);
        }
    }

    public static RevelaException TooLarge(long maxBytes) => new(ErrorCodes.TooLarge, $"The file is larger than {maxBytes / (1024 * 1024)} MB.");

    static OutageException StorageAway(Exception e) => new(ErrorCodes.StorageUnavailable, "The storage cannot take files now.", e);
}
