using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.App.Dashboard.Jobs;

/// <summary>A job with the picture that it is made on.</summary>
/// <param name="Asset">Null when it was deleted.</param>
public sealed record JobLine(Job Job, Asset? Asset)
{
    /// <summary>What people know it by: the name that the picture came with, or the job's id.</summary>
    public string Name => Asset?.FileName ?? Job.Id.ToString("D");

    public string Address => $"/jobs/{Job.Id:D}";

    /// <summary>What is worth showing: the result, or what it is made of.</summary>
    public Guid Shown => Job.Outputs.LastOrDefault()?.AssetId ?? Job.AssetId;
}

/// <summary>Reads jobs for pages.</summary>
static class JobLines
{
    public static async Task<Page<JobLine>> List(IJobStore jobs, IAssetStore assets, JobQuery query, CancellationToken cancel)
    {
        var page = await jobs.List(query, cancel);
        var lines = await Task.WhenAll(page.Items.Select(async job => new JobLine(job, await assets.Get(query.Tenant, job.AssetId, cancel))));
        return new Page<JobLine>(lines, page.Next);
    }
}
