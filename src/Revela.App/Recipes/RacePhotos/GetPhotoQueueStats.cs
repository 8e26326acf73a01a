using Microsoft.AspNetCore.Http.HttpResults;
using Revela.Core.Jobs;

namespace Revela.App.Recipes.RacePhotos;

/// <summary>GET /queue/stats: counted from the ledger, so that it adds up also when jobs are gone.</summary>
public static class GetPhotoQueueStats
{
    [EndpointSummary("Read the photo queue's counters")]
    public static async Task<Ok<PhotoQueueStats>> Handle(IJobStore jobs, CancellationToken cancel) => TypedResults.Ok(await Read(jobs, cancel));

    public static async Task<PhotoQueueStats> Read(IJobStore jobs, CancellationToken cancel)
    {
        var line = (await jobs.Ledger(cancel)).FirstOrDefault(line => line.Queue == RacePhotosRecipe.Queue.Name);
        return line is null
            ? new PhotoQueueStats(0, 0, 0, 0, 0)
            : new PhotoQueueStats(line.Pending - line.Delayed - line.Parked, line.Processing, line.Completed, line.Failed + line.Cancelled, line.Delayed + line.Parked);
    }
}
