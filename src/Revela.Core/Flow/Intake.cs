using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.Core.Flow;

/// <summary>
/// Takes an image in: streams it to storage while hashing, reads its header, and only then writes its row (law 1).
/// Nothing is decoded here, and never is a whole image in memory.
/// </summary>
public sealed class Intake(IObjectStore objects, IAssetStore assets, IHeaderReader headers, ImageLimits limits, IntakeLimits bounds, TimeProvider time)
{
    static readonly TimeSpan BytesKnownFor = TimeSpan.FromSeconds(1);

    (DateTimeOffset At, long Bytes) waiting;

    /// <param name="fileName">For people; cut to 255 characters, never part of a path.</param>
    /// <param name="assetId">Of the asset, where a client knows it already; one that is there is answered as it is.</param>
    /// <exception cref="RevelaException"><c>empty-input</c>, <c>too-large</c>, <c>unsupported-format</c>, <c>broken-image</c>, <c>too-many-pixels</c>, <c>too-many-frames</c>.</exception>
    /// <exception cref="RevelaException"><c>busy</c> while too many bytes wait to be developed.</exception>
    /// <exception cref="OutageException">The storage cannot take it now.</exception>
    public async Task<Asset> Accept(string tenant, Stream body, string? fileName, CancellationToken cancel, Guid? assetId = null)
    {
        await RefuseWhenFull(cancel);
        var id = Ids.New(time);
        var path = Path.Combine(objects.Scratch, $"{id:N}.upload");
        try
        {
            var (bytes, sha256) = await Reception.Write(body, path, limits.MaxBytes, cancel);
            var header = ReadHeader(path);
            CrashPoints.Reach(CrashPoint.Received);

            var key = ObjectKeys.Original(id, header.ContentType);
            await objects.Put(key, path, header.ContentType, cancel);
            CrashPoints.Reach(CrashPoint.OriginalStored);

            var asset = new Asset
            {
                Id = assetId ?? id,
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
            // Somebody else took the same upload in: our copy of its bytes stays without a row, for the janitor.
            if (!await assets.Add(asset, cancel)) return await assets.Get(tenant, asset.Id, cancel) ?? throw new RevelaException(ErrorCodes.NotFound, "This image has just been deleted.");
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
}
