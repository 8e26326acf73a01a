using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.Jobs;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.App.Api.Queues;

/// <summary>POST /api/v1/queues/{name}/clean: deletes finished jobs, rows and bytes.</summary>
public static class CleanQueue
{
    const int Slice = 500;

    [EndpointSummary("Delete finished jobs of a queue")]
    [EndpointDescription("With their results. The counters keep counting them.")]
    [Takes(typeof(CleanBody), "application/json", """{"older_than_seconds": 604800, "states": ["completed", "failed"]}""")]
    [Refuses(400, 404, 413, 415)]
    public static async Task<Ok<Deleted>> Handle(string name, HttpContext http, IQueueStore queues, IJobStore jobs, UploadOptions limits, TimeProvider time, CancellationToken cancel)
    {
        var fields = new FieldReader(await UploadReader.ReadJson(http.Request, limits.MaxFieldBytes, cancel), isForm: false);
        fields.RefuseOthers(["older_than_seconds", "states"]);
        var age = fields.Real("older_than_seconds") ?? 0;
        var states = fields.Texts("states", 20, 3);
        if (age is < 0 or > 1e10) fields.Mistakes.Add("'older_than_seconds' must be 0 or more");
        fields.Refuse();

        return TypedResults.Ok(new Deleted(await Clean(name, TimeSpan.FromSeconds(age), Final(states), queues, jobs, time, cancel)));
    }

    /// <summary>How many went. In slices, so that no single transaction holds up submitting and claiming.</summary>
    /// <param name="states">Only these; null for every job that has ended.</param>
    public static async Task<int> Clean(
        string name, TimeSpan age, IReadOnlyList<JobState>? states, IQueueStore queues, IJobStore jobs, TimeProvider time, CancellationToken cancel)
    {
        if (await queues.Get(name, cancel) is null) throw Refusals.NotFound("queue");
        var request = new PruneRequest(name, time.GetUtcNow() - age, states);
        var count = 0;
        for (int went; (went = await jobs.Prune(request, Slice, cancel)) > 0;) count += went;
        return count;
    }

    static IReadOnlyList<JobState>? Final(IReadOnlyList<string> names)
    {
        if (names.Count == 0) return null;
        var states = JobStateNames.Parse(names);
        return states.All(state => state.IsFinal()) ? states : throw Refusals.Invalid("Only completed, failed and cancelled jobs can be deleted.");
    }
}
