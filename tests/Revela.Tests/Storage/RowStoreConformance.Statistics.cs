using Microsoft.Extensions.Logging.Abstractions;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Statistics;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

public abstract partial class RowStoreConformance
{
    static readonly Window LastHour = Window.Find("1h")!;

    [SkippableFact]
    public async Task What_ended_is_counted_by_queue_pipeline_operation_and_engine()
    {
        await Submit();
        await Submit();
        Time.Advance(TimeSpan.FromSeconds(2));
        var (good, bad) = (await ClaimOne(), await ClaimOne());
        Time.Advance(TimeSpan.FromSeconds(8));
        var began = Time.GetUtcNow() - TimeSpan.FromSeconds(4);
        await Settle(good, new Ending.Completed([], null), Step("completed", began, 0.5m));
        await Settle(bad, new Ending.Failed(Oops), Step("failed", began, 0));
        await CountAll();

        foreach (var (by, name) in new[] { (Dimension.Queue, "default"), (Dimension.Pipeline, "grey") })
        {
            var total = (await Statistics(by)).ShouldHaveSingleItem(by.ToString());
            (total.Name, total.Total.Completed, total.Total.Failed, total.Total.Cancelled, total.Total.CostUsd).ShouldBe((name, 1, 1, 0, 0.5m));
            total.Total.Time!.Average.ShouldBe(TimeSpan.FromSeconds(8));
            total.Total.Time.P50.TotalSeconds.ShouldBe(8, 0.8);
            total.Total.Wait!.P95.TotalSeconds.ShouldBe(2, 0.2);
            total.Total.Failures.ShouldBe([new Failure(Oops.Code, 1)]);
        }
        foreach (var (by, name) in new[] { (Dimension.Operation, "grayscale"), (Dimension.Engine, "grayscale:vips-8") })
        {
            var total = (await Statistics(by)).ShouldHaveSingleItem(by.ToString());
            (total.Name, total.Total.Completed, total.Total.Failed, total.Total.CostUsd).ShouldBe((name, 1, 1, 0.5m));
            total.Total.Time!.Average.ShouldBe(TimeSpan.FromSeconds(4));
            total.Total.Wait.ShouldBeNull();
        }
    }

    [SkippableFact]
    public async Task A_series_tells_when_what_ended_and_only_of_what_was_asked()
    {
        await Complete(await Claimed("one"));
        Time.Advance(TimeSpan.FromMinutes(5));
        await Complete(await Claimed("one"));
        await Complete(await Claimed("two"));
        await CountAll();
        var line = (await Reader.Read(Tenant, Dimension.Queue, LastHour, "one", series: true, None)).Lines.ShouldHaveSingleItem();
        line.Total.Completed.ShouldBe(2);
        line.Series!.Select(point => (point.At, point.Figures.Completed)).ShouldBe(
            [(Rollup.Minutes.StartOf(Time.GetUtcNow() - TimeSpan.FromMinutes(5)), 1L), (Rollup.Minutes.StartOf(Time.GetUtcNow()), 1L)]);
        (await Reader.Read("other", Dimension.Queue, LastHour, null, series: false, None)).Lines.ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task However_many_count_each_end_counts_once()
    {
        await Complete(await Claimed("one"));
        var last = await Store.Events.LastId(None);
        var counts = new Dictionary<Counter, long> { [new Counter(Tenant, Dimension.Queue, 60, Rollup.Minutes.StartOf(Time.GetUtcNow()), "one", Measures.Completed)] = 1 };
        var added = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Store.Statistics.Add("statistics", 0, last, counts, None)));
        added.Count(one => one).ShouldBe(1);
        await CountAll();
        (await Statistics(Dimension.Queue)).Single().Total.Completed.ShouldBe(1);
    }

    [SkippableFact]
    public async Task A_job_that_ends_again_counts_for_each_of_its_ends()
    {
        var job = await Submit();
        await Settle(await ClaimOne(), new Ending.Failed(Oops));
        Time.Advance(TimeSpan.FromSeconds(1));
        await Store.Jobs.Retry(Tenant, job.JobId, None);
        await Complete(await ClaimOne());
        var gone = await Submit();
        await Store.Jobs.Cancel(Tenant, gone.JobId, None);
        await CountAll();
        var queue = (await Statistics(Dimension.Queue)).Single().Total;
        (queue.Completed, queue.Failed, queue.Cancelled).ShouldBe((1, 1, 1));
        queue.Failures.ShouldBe([new Failure(Oops.Code, 1)]);
    }

    [SkippableFact]
    public async Task Buckets_that_no_window_reads_any_more_are_dropped()
    {
        await Complete(await Claimed("one"));
        await CountAll();
        Time.Advance(TimeSpan.FromHours(3));
        await Complete(await Claimed("one"));
        await CountAll();
        var all = new CounterQuery(Tenant, Dimension.Queue, 60, DateTimeOffset.UnixEpoch, null, ByBucket: false);
        (await Store.Statistics.Sum(all, None)).Single(sum => sum.Measure == Measures.Completed).Value.ShouldBe(1);
        (await Store.Statistics.Sum(all with { Bucket = 86400 }, None)).Where(sum => sum.Measure == Measures.Completed).Sum(sum => sum.Value).ShouldBe(2);
    }

    StatisticsReader Reader => new(Store.Statistics, Time);

    async Task<IReadOnlyList<StatisticsLine>> Statistics(Dimension by) => (await Reader.Read(Tenant, by, LastHour, null, series: false, None)).Lines;

    async Task CountAll()
    {
        var options = new WorkerOptions();
        using var upkeep = new Upkeep(Store.Workers, WorkerIdentity.Of(options, Time), options, Time);
        using var statistician = new Statistician(Store.Events, Store.Statistics, Store.Signals, upkeep, options, Time, NullLogger<Statistician>.Instance);
        while (await statistician.Count(None) > 0) { }
    }

    async Task<ClaimedJob> Claimed(string queue)
    {
        await Submit(Draft() with { Queue = queue });
        return await ClaimOne();
    }

    StepRecord Step(string state, DateTimeOffset began, decimal cost) => new("grayscale", "vips-8+turbojpeg-2", state, began, Time.GetUtcNow(), cost);
}
