using Revela.App.Accounts;
using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.App.Dashboard.Jobs;

/// <summary>GET and POST /jobs/retry, /jobs/cancel and /jobs/delete: one order for all jobs that match a choice, counted and shown before.</summary>
public sealed class BulkOrder(IJobStore jobs, IAssetStore assets, AuditLog audit)
{
    public const string Retry = "retry", Cancel = "cancel", Delete = "delete";

    /// <summary>Done, and counted, at one go.</summary>
    public const int Most = 10_000;
    const int Slice = 500, Samples = 12, AtATime = 32;

    public static string Icon(string order) => order switch { Retry => "again", Cancel => "stop", _ => "bin" };

    public static Task<IResult> Show(string order, HttpContext http, BulkOrder door, CancellationToken cancel) => door.Ask(order, JobChoice.Of(http.Request) with { Cursor = null }, http.Tenant(), cancel);

    public static async Task<IResult> Take(string order, HttpContext http, BulkOrder door, CancellationToken cancel)
    {
        var choice = JobChoice.Of(http.Request) with { Cursor = null };
        var count = await door.Give(order, choice, http, cancel);
        var next = choice.Batch is { } batch && order != Delete ? $"/batches/{batch:D}" : "/jobs";
        return Answers.Go(http, next, $"bulk.{order}", new Figures(Notifications.Words.LanguageOf(http.Request)).Count(count));
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
        var count = await ForEach(Ordered(choice, order, http.Tenant()), Act(order, http.Tenant()), cancel);
        await audit.Note(http, $"job.{order}-all", choice.Address());
        return count;
    }

    // What is done with a page of them.
    Func<IReadOnlyList<Job>, CancellationToken, Task> Act(string order, string tenant) => order switch
    {
        Retry => (page, cancel) => SideBySide(page, (job, stop) => jobs.Retry(tenant, job.Id, stop), cancel),
        Cancel => (page, cancel) => SideBySide(page, (job, stop) => jobs.Cancel(tenant, job.Id, stop), cancel),
        _ => (page, cancel) => jobs.Delete(tenant, [.. page.Select(job => job.Id)], cancel),
    };

    // So that they share commits.
    static Task SideBySide(IReadOnlyList<Job> page, Func<Job, CancellationToken, Task> act, CancellationToken cancel) => Parallel.ForEachAsync(
        page, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancel }, async (job, stop) => await act(job, stop));

    /// <summary>How many there are, at most <see cref="Most"/>: read page by page as they are acted on, never counted by the store.</summary>
    async Task<int> ForEach(JobQuery query, Func<IReadOnlyList<Job>, CancellationToken, Task>? act, CancellationToken cancel)
    {
        var count = 0;
        for (string? cursor = null; count < Most;)
        {
            var page = await jobs.List(query with { Cursor = cursor, Limit = Math.Min(Slice, Most - count) }, cancel);
            if (act is not null) await act(page.Items, cancel);
            count += page.Items.Count;
            if (page.Next is null) break;
            cursor = page.Next;
        }
        return count;
    }

    // Only those that the order means anything to, whatever was chosen. Parked ones are freed by the order that puts failed ones back.
    static JobQuery Ordered(JobChoice choice, string order, string tenant)
    {
        JobState[] fit = order switch
        {
            Cancel => [JobState.Pending, JobState.Processing],
            Delete => [JobState.Completed, JobState.Failed, JobState.Cancelled],
            _ => choice.State == JobChoice.Parked ? [JobState.Pending] : [JobState.Failed, JobState.Cancelled],
        };
        var query = choice.ToQuery(tenant);
        return query with { States = query.States is { } chosen ? [.. chosen.Intersect(fit)] : fit };
    }
}

/// <param name="Count">Exact below <see cref="BulkOrder.Most"/>.</param>
/// <param name="Samples">Some of them.</param>
public sealed record BulkContents(string Order, JobChoice Choice, int Count, IReadOnlyList<JobLine> Samples);
