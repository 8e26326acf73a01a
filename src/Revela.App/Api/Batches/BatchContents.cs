using System.Runtime.CompilerServices;
using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.App.Api.Batches;

/// <summary>A job of a batch with its original and its pictures, each under the name that it has in the download.</summary>
/// <param name="Original">Null once it was deleted.</param>
public sealed record BatchEntry(Job Job, Asset? Original, IReadOnlyList<(Asset Asset, string Name)> Pictures);

/// <summary>Goes through the jobs of a batch, newest first, a page at a time; names are the same whenever it is done.</summary>
public sealed class BatchContents(IJobStore jobs, IAssetStore assets)
{
    const int PageSize = 100;

    public async IAsyncEnumerable<BatchEntry> Of(Batch batch, [EnumeratorCancellation] CancellationToken cancel)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var query = new JobQuery { Tenant = batch.Tenant, BatchId = batch.Id, Limit = PageSize };
        do
        {
            var page = await jobs.List(query, cancel);
            foreach (var job in page.Items) yield return await EntryOf(batch.Tenant, job, names, cancel);
            query = query with { Cursor = page.Next };
        }
        while (query.Cursor is not null);
    }

    async Task<BatchEntry> EntryOf(string tenant, Job job, HashSet<string> names, CancellationToken cancel)
    {
        var original = await assets.Get(tenant, job.AssetId, cancel);
        var pictures = new List<(Asset, string)>();
        foreach (var output in job.Outputs)
            if (await assets.Get(tenant, output.AssetId, cancel) is { } asset) pictures.Add((asset, Unique(NameOf(original, asset, output), names)));
        return new BatchEntry(job, original, pictures);
    }

    static string NameOf(Asset? original, Asset asset, Output output)
    {
        var stem = Path.GetFileNameWithoutExtension(original?.FileName);
        return Picture.SaveName(asset, string.IsNullOrEmpty(stem) ? null : output.Name is null ? stem + ".x" : $"{stem}-{output.Name}.x");
    }

    static string Unique(string name, HashSet<string> taken)
    {
        var unique = name;
        for (var n = 2; !taken.Add(unique); n++) unique = $"{Path.GetFileNameWithoutExtension(name)}-{n}{Path.GetExtension(name)}";
        return unique;
    }
}
