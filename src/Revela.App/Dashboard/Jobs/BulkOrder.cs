using Revela.App.Accounts;
using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.App.Dashboard.Jobs;

/// <summary>GET and POST /jobs/retry and /jobs/cancel: one order for all jobs that match a choice, counted and shown before.</summary>
public sealed class BulkOrder(IJobStore jobs, IAssetStore assets, AuditLog audit)
{
    public const string Retry = "retry", Cancel = "cancel";

    /// <summary>Done, and counted, at one go.</summary>
    public const int Most = 10_000;
    const int Slice = 500, Samples = 12, AtATime = 32;

    public static Task<IResult> Show(string order, HttpContext http, BulkOrder door, CancellationToken cancel) => door.Ask(order, JobChoice.Of(http.Request) with { Cursor = null }, http.Tenant(), cancel);

    public static async Task<IResult> Take(string order, HttpContext http, BulkOrder door, CancellationToken cancel)
    {
        var count = await door.Give(order, JobChoice.Of(http.Request) with { Cursor = null }, http, cancel);
        return Answers.Go(http, "/jobs", $"bulk.{order}", new Figures(Notifications.Words.LanguageOf(http.Request)).Count(count));
    }

    async Task<IResult> Ask(string order, JobChoice choice, string tenant, CancellationToken cancel)
    {
        var query = Ordered(choice, order, tenant);
        var count = await ForEach(query, act: null, cancel);
        var samples = await JobLines.List(jobs, assets, query with { Limit = Samples }, cancel);
        return Page.Of<BulkScreen, BulkContents>(new BulkContents(order, choice, count, samples.Items), visit => visit.Say($"bulk.{order}.title"));
    }

    async Task<int> Give(string order, JobChoice choice, HttpContext http, CancellationToken cancel)
    {
        var tenant = http.Tenant();
        var count = await ForEach(
            Ordered(choice, order, tenant), order == Retry ? (job, stop) => jobs.Retry(tenant, job.Id, stop) : (job, stop) => jobs.Cancel(tenant, job.Id, stop), cancel);
        await audit.Note(http, $"job.{order}-all", choice.Address());
        return count;
    }

    /// <summary>How many there are, at most <see cref="Most"/>: read page by page as they are acted on, never counted by the store.</summary>
    async Task<int> ForEach(JobQuery query, Func<Job, CancellationToken, Task>? act, CancellationToken cancel)
    {
        var count = 0;
        for (string? cursor = null; count < Most;)
        {
            var page = await jobs.List(query with { Cursor = cursor, Limit = Math.Min(Slice, Most - count) }, cancel);
            // Side by side, so that they share commits.
            if (act is not null) await Parallel.ForEachAsync(page.Items, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancel }, async (job, stop) => await act(job, stop));
            count += page.Items.Count;
            if (page.Next is null) break;
            cursor = page.Next;
        }
        return count;
    }

    // Only those that the order means anything to, whatever was chosen. Parked ones are freed by the order that puts failed ones back.
    static JobQuery Ordered(JobChoice choice, string order, string tenant)
    {
        JobState[] fit = order == Cancel ? [JobState.Pending, JobState.Processing] : choice.State == JobChoice.Parked ? [JobState.Pending] : [JobState.Failed, JobState.Cancelled];
        var query = choice.ToQuery(tenant);
        return query with { States = query.States is { } chosen ? [.. chosen.Intersect(fit)] : fit };
    }
}

/// <param name="Count">Exact below <see cref="BulkOrder.Most"/>.</param>
/// <param name="Samples">Some of them.</param>
public sealed record BulkContents(string Order, JobChoice Choice, int Count, IReadOnlyList<JobLine> Samples);
