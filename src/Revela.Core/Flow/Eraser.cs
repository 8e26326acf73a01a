using Revela.Core.Assets;
using Revela.Core.Erasure;
using Revela.Core.Items;
using Revela.Core.Jobs;

namespace Revela.Core.Flow;

/// <summary>What is to be erased; each part adds to it.</summary>
/// <param name="Tag">Pictures that jobs with this tag read.</param>
/// <param name="Item">The item itself, its picture, and what that was made of.</param>
/// <param name="Copies">Also every picture of the tenant with the same bytes.</param>
public sealed record EraseRequest(string Tenant, IReadOnlyList<Guid> Assets, string? Tag, (string Collection, string ExternalId)? Item, bool Copies);

/// <summary>Erases pictures with all that they led to: rows, reusable results and bytes are gone when it returns. Jobs that have not ended are cancelled first.</summary>
public sealed class Eraser(IErasure erasure, IJobStore jobs, IAssetStore assets, IItemStore items, EventFeed feed, Janitor janitor)
{
    const int Page = 100, Rounds = 5;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <returns>What went; null when there was nothing of this kind.</returns>
    /// <exception cref="RevelaException"><c>wrong-state</c>: a job of them does not end.</exception>
    public async Task<Erased?> Erase(EraseRequest request, CancellationToken cancel)
    {
        var pictures = await Pictures(request, cancel);
        var erased = pictures.Count == 0 ? null : await Erase(request.Tenant, pictures, request.Copies, cancel);
        // The item last: cut short, it is found again, and with it what is left.
        var hadItem = request.Item is { } item && await items.Delete(request.Tenant, item.Collection, item.ExternalId, cancel);
        if (erased is null && !hadItem) return null;
        await janitor.Bury(cancel);
        return erased ?? Erased.NotWhile([]);
    }

    async Task<Erased> Erase(string tenant, IReadOnlyCollection<Guid> pictures, bool copies, CancellationToken cancel)
    {
        for (var round = 1; ; round++)
        {
            var erased = await erasure.Erase(tenant, pictures, copies, cancel);
            if (erased.Unfinished.Count == 0) return erased;
            if (round == Rounds) throw new RevelaException(ErrorCodes.WrongState, "A job of these pictures does not end; nothing was erased. Try again.", retryable: true);
            foreach (var job in erased.Unfinished) await End(tenant, job, cancel);
        }
    }

    async Task End(string tenant, Guid job, CancellationToken cancel)
    {
        await jobs.Cancel(tenant, job, cancel);
        await feed.WaitForEnd(tenant, job, Patience, cancel);
    }

    async Task<IReadOnlyCollection<Guid>> Pictures(EraseRequest request, CancellationToken cancel)
    {
        var found = new HashSet<Guid>();
        foreach (var id in request.Assets)
            if (await assets.Get(request.Tenant, id, cancel) is not null) found.Add(id);
        if (request.Tag is { } tag) found.UnionWith(await Tagged(request.Tenant, tag, cancel));
        if (request.Item is { } named && await items.Get(request.Tenant, named.Collection, named.ExternalId, cancel) is { AssetId: { } picture })
            found.Add(await Origin(request.Tenant, picture, cancel));
        return found;
    }

    async Task<HashSet<Guid>> Tagged(string tenant, string tag, CancellationToken cancel)
    {
        var found = new HashSet<Guid>();
        var query = new JobQuery { Tenant = tenant, Tag = tag, Limit = Page };
        do
        {
            var page = await jobs.List(query, cancel);
            found.UnionWith(page.Items.Select(job => job.AssetId));
            query = query with { Cursor = page.Next };
        }
        while (query.Cursor is not null);
        return found;
    }

    async Task<Guid> Origin(string tenant, Guid picture, CancellationToken cancel)
    {
        while (await assets.Get(tenant, picture, cancel) is { ParentId: { } parent } && await assets.Get(tenant, parent, cancel) is not null) picture = parent;
        return picture;
    }
}
