using System.Buffers;
using System.Security.Cryptography;
using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.Core.Flow;

/// <summary>
/// Takes an image in: streams it to storage while hashing, reads its header, and only then writes its row (law 1).
/// Nothing is decoded here, and never is a whole image in memory.
/// </summary>
public sealed class Intake(IObjectStore objects, IAssetStore assets, IHeaderReader headers, ImageLimits limits, IntakeLimits bounds, TimeProvider time)
{
    const int BufferBytes = 256 * 1024;

    static readonly TimeSpan BytesKnownFor = TimeSpan.FromSeconds(1);

    (DateTimeOffset At, long Bytes) waiting;

    /// <param name="fileName">For people; cut to 255 characters, never part of a path.</param>
    /// <exception cref="RevelaException"><c>empty-input</c>, <c>too-large</c>, <c>unsupported-format</c>, <c>broken-image</c>, <c>too-many-pixels</c>, <c>too-many-frames</c>.</exception>
    /// <exception cref="RevelaException"><c>busy</c> while too many bytes wait to be developed.</exception>
    /// <exception cref="OutageException">The storage cannot take it now.</exception>
    public async Task<Asset> Accept(string tenant, Stream body, string? fileName, CancellationToken cancel)
    {
        await RefuseWhenFull(cancel);
        var id = Ids.New(time);
        var path = Path.Combine(objects.Scratch, $"{id:N}.upload");
        try
        {
            var (bytes, sha256) = await Receive(body, path, cancel);
            var header = ReadHeader(path);
            CrashPoints.Reach(CrashPoint.Received);

            var key = ObjectKeys.Original(id, header.ContentType);
            await objects.Put(key, path, header.ContentType, cancel);
            CrashPoints.Reach(CrashPoint.OriginalStored);

            var asset = new Asset
            {
                Id = id,
                Tenant = tenant,
                ObjectKey = key,
                ContentType = header.ContentType,
                Bytes = bytes,
                Sha256 = sha256,
                Width = header.Width,
                Height = header.Height,
                Frames = header.Frames,
                FileName = CleanName(fileName),
                CreatedAt = time.GetUtcNow(),
            };
            await assets.Add(asset, cancel);
            CrashPoints.Reach(CrashPoint.AssetRecorded);
            return asset;
        }
        finally
        {
            File.Delete(path);
        }
    }

    async Task RefuseWhenFull(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (now - waiting.At > BytesKnownFor) waiting = (now, await assets.WaitingBytes(cancel));
        if (waiting.Bytes < bounds.MaxWaitingBytes) return;
        throw new RevelaException(ErrorCodes.Busy, "Too much work waits; try again later.", retryable: true) { RetryAfter = TimeSpan.FromSeconds(30) };
    }

    async Task<(long Bytes, string Sha256)> Receive(Stream body, string path, CancellationToken cancel)
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
                if (total > limits.MaxBytes) throw TooLarge();
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

    ImageHeader ReadHeader(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 16 * 1024);
        var header = headers.Read(file);
        if (header.Pixels > limits.MaxPixels)
            throw new RevelaException(ErrorCodes.TooManyPixels, $"The image has {header.Pixels:N0} pixels; at most {limits.MaxPixels:N0} are taken.");
        if (header.Frames > limits.MaxFrames || header.Pixels * header.Frames > limits.MaxFramePixels)
            throw new RevelaException(ErrorCodes.TooManyFrames, $"The image has {header.Frames:N0} frames; at most {limits.MaxFrames:N0}, and {limits.MaxFramePixels:N0} pixels over all frames, are taken.");
        return header;
    }

    static string? CleanName(string? name)
    {
        if (string.IsNullOrWhiteSpace(name)) return null;
        var last = name.AsSpan(name.LastIndexOfAny(['/', '\\']) + 1);
        var clean = string.Concat(last.ToString().Where(c => !char.IsControl(c))).Trim();
        return clean.Length == 0 ? null : clean[..Math.Min(clean.Length, 255)];
    }

    RevelaException TooLarge() => new(ErrorCodes.TooLarge, $"The file is larger than {limits.MaxBytes / (1024 * 1024)} MB.");

    static OutageException StorageAway(Exception e) => new(ErrorCodes.StorageUnavailable, "The storage cannot take files now.", e);
}
