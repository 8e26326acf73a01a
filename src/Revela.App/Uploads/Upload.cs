using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;

namespace Revela.App.Uploads;

/// <summary>What a request brought: its fields, and its files as assets. Assets that are not kept are deleted when it is disposed.</summary>
public sealed class Upload(string tenant, IAssetStore assets, IDisposable place) : IAsyncDisposable
{
    public string Tenant { get; } = tenant;

    readonly List<Asset> received = [];
    readonly Dictionary<string, string> aside = [];
    bool kept;

    /// <summary>A field sent twice is an array; of a form every value is text.</summary>
    public JsonObject Fields { get; set; } = [];

    /// <summary>Whether the fields come from a form, where numbers and objects are spelled as text.</summary>
    public bool IsForm { get; set; }

    public IReadOnlyList<Asset> Received => received;

    public void Add(Asset asset) => received.Add(asset);

    /// <summary>A scratch file for one that is no picture, to be written once; null when there is one of this name already.</summary>
    public Stream? PutAside(string name, string scratch)
    {
        var path = Path.Combine(scratch, $"{Guid.NewGuid():N}.aside");
        return aside.TryAdd(name, path) ? File.Create(path) : null;
    }

    /// <summary>Where a file that was put aside is; null when none came under this name.</summary>
    public string? Aside(string name) => aside.GetValueOrDefault(name);

    /// <summary>Fetches pictures by URL as if they had been sent.</summary>
    public async Task Fetch(IReadOnlyList<string> urls, UrlSource source, Intake intake, CancellationToken cancel)
    {
        foreach (var url in urls)
            Add(await source.Fetch(url, (body, name, limit) => intake.Accept(Tenant, body, name, limit), cancel));
    }

    /// <summary>From now on somebody else's: a job or the client that was told their ids.</summary>
    public void Keep() => kept = true;

    public async ValueTask DisposeAsync()
    {
        place.Dispose();
        foreach (var path in aside.Values) File.Delete(path);
        if (kept) return;
        try
        {
            // Not the request's cancellation: what a client that hung up has sent must go too.
            foreach (var asset in received) await assets.Delete(Tenant, asset.Id, CancellationToken.None);
        }
        catch (OutageException)
        {
            // The store is away, which is why the request failed; its assets stay, to be deleted like any other.
        }
    }
}
