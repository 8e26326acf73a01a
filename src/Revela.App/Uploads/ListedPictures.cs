using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;

namespace Revela.App.Uploads;

/// <summary>Takes the pictures of a list in: fetches those that it names by URL, a few at a time, and finds those that are there.</summary>
public sealed class ListedPictures(UrlSource urls, Intake intake, DirectUploads direct)
{
    const int AtOnce = 8;

    /// <returns>The pictures that were there already; those that were fetched are the upload's. And what could not be taken.</returns>
    public async Task<(IReadOnlyList<Asset> Known, IReadOnlyList<RefusedInput> Refused)> Take(Upload upload, IReadOnlyList<ListedInput> list, CancellationToken cancel)
    {
        var (taken, refused) = (new Asset?[list.Count], new RefusedInput?[list.Count]);
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, list.Count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (i, stop) =>
            {
                try
                {
                    taken[i] = await Take(upload.Tenant, list[i], stop);
                }
                catch (RevelaException e) when (e.Error.Code is not ErrorCodes.Busy)
                {
                    refused[i] = RefusedInput.Of(list[i].Value, e.Error);
                }
            });
        }
        finally
        {
            // In the order of the list, also when it was cut short: what is not kept is deleted with the upload.
            foreach (var (asset, input) in taken.Zip(list))
                if (asset is not null && input.AssetId is null) upload.Add(asset);
        }
        return ([.. taken.Zip(list).Where(row => row.Second.AssetId is not null).Select(row => row.First).OfType<Asset>()], [.. refused.OfType<RefusedInput>()]);
    }

    async Task<Asset> Take(string tenant, ListedInput input, CancellationToken cancel)
    {
        if (input.AssetId is { } id) return await direct.Finish(tenant, id, null, cancel) ?? throw Api.Refusals.NotFound("asset");
        return await urls.Fetch(input.Value, (body, name, limit) => intake.Accept(tenant, body, FileNames.Clean(input.Name) ?? name, limit), cancel);
    }
}
