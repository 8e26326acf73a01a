using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.Core.Flow;

/// <summary>
/// Pictures that clients send straight to the storage: announced here, sent there by a link, and taken in like any other when they are finished or first used.
/// Nothing is written down of an announcement. The upload's id is that of the asset it becomes, and bytes that nobody finishes are orphans for the janitor.
/// </summary>
public sealed class DirectUploads(IObjectStore objects, IAssetStore assets, Intake intake, ImageLimits limits, TimeProvider time)
{
    // What it is is told by its content, once it is here.
    const string ContentType = "application/octet-stream";

    /// <summary>How long after its announcement a picture may be sent.</summary>
    public static readonly TimeSpan LinkLifetime = TimeSpan.FromHours(1);

    /// <returns>The upload's id, and a link to the storage; null where bytes come through the server.</returns>
    /// <exception cref="RevelaException"><c>empty-input</c> or <c>too-large</c>.</exception>
    public (Guid Id, UploadLink? Link) Announce(string tenant, long bytes)
    {
        if (bytes < 1) throw new RevelaException(ErrorCodes.EmptyInput, "The upload holds no bytes.");
        if (bytes > limits.MaxBytes) throw Reception.TooLarge(limits.MaxBytes);
        var id = Ids.New(time);
        return (id, objects.PresignUpload(ObjectKeys.Incoming(id, tenant), ContentType, bytes, LinkLifetime));
    }

    /// <summary>Whether an upload of this id may have been announced not too long ago.</summary>
    public bool IsOpen(Guid id) => (time.GetUtcNow() - Ids.TimeOf(id)).Duration() <= LinkLifetime;

    /// <summary>Keeps bytes that come through the server.</summary>
    /// <exception cref="RevelaException"><c>empty-input</c> or <c>too-large</c>.</exception>
    public async Task Receive(string tenant, Guid id, Stream body, CancellationToken cancel)
    {
        var path = Path.Combine(objects.Scratch, $"{Ids.New(time):N}.incoming");
        try
        {
            await Reception.Write(body, path, limits.MaxBytes, cancel);
            await objects.Put(ObjectKeys.Incoming(id, tenant), path, ContentType, cancel);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The asset of this id: there already, or made of what was sent. Asking twice makes one asset.</summary>
    /// <returns>Null when there is neither.</returns>
    /// <exception cref="RevelaException">What <see cref="Intake"/> says of bytes that it does not take; they are gone then.</exception>
    public async Task<Asset?> Finish(string tenant, Guid id, string? fileName, CancellationToken cancel)
    {
        if (await assets.Get(tenant, id, cancel) is { } known) return known;
        var key = ObjectKeys.Incoming(id, tenant);
        await using var sent = await objects.Open(key, cancel);
        if (sent is null) return null;
        try
        {
            // A copy, since the link still opens for as long as it holds: what was looked at must be what is kept.
            var asset = await intake.Accept(tenant, sent, fileName, cancel, id);
            await objects.Delete(key, cancel);
            return asset;
        }
        catch (RevelaException refused) when (!refused.Error.Retryable)
        {
            await objects.Delete(key, cancel);
            throw;
        }
    }
}
