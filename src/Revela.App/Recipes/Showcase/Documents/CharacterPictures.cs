using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;

namespace Revela.App.Recipes.Showcase.Documents;

/// <summary>Takes in the pictures that characters in Firestore name by URL: from Firebase's and Google's own storage, and from the hosts that the settings allow.</summary>
public sealed class CharacterPictures(RevelaOptions options, Intake intake, IAssetStore assets, TimeProvider time, ILogger<UrlSource> log) : IDisposable
{
    static readonly string[] Hosts = ["firebasestorage.googleapis.com", "storage.googleapis.com", "*.storage.googleapis.com", "*.firebasestorage.app"];

    readonly UrlSource source = new(options with { UrlSources = options.UrlSources with { AllowedHosts = [.. options.UrlSources.AllowedHosts, .. Hosts] } }, time, log);

    /// <summary>The picture at a URL; the character's own where it is the same.</summary>
    /// <param name="id">Of the new asset: taken once, however often it is asked for.</param>
    /// <exception cref="RevelaException">It cannot be had, or is no picture that is taken.</exception>
    public async Task<Asset> Take(string tenant, Guid id, string url, Guid? known, CancellationToken cancel)
    {
        var picture = await assets.Get(tenant, id, cancel)
            ?? await source.Fetch(url, (body, name, limit) => intake.Accept(tenant, body, name, limit, id), cancel);
        if (known is not { } own || own == id || await assets.Get(tenant, own, cancel) is not { } same || same.Sha256 != picture.Sha256) return picture;
        await assets.Delete(tenant, id, cancel);
        return same;
    }

    public void Dispose() => source.Dispose();
}
