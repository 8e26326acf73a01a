using Microsoft.Extensions.Logging.Abstractions;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Queues;
using Shouldly;
using Xunit;

namespace Revela.Tests.Flow;

/// <summary>The real loop on the real clock; every wait is for an event of the store.</summary>
public sealed class WorkerTests : IAsyncLifetime
{
    Spine spine = null!;
    EventFeed feed = null!;
    LeaseKeeper leases = null!;
    Worker worker = null!;

    public async Task InitializeAsync()
    {
        spine = await Spine.Open(new WorkerOptions { StopGrace = TimeSpan.Zero }, time: TimeProvider.System);
        feed = new EventFeed(spine.Store.Events, spine.Store.Jobs, spine.Store.Signals, TimeProvider.System, NullLogger<EventFeed>.Instance);
        leases = new LeaseKeeper(spine.Foreman, spine.Store.Signals, spine.Options, TimeProvider.System, NullLogger<LeaseKeeper>.Instance);
        worker = new Worker(
            WorkerIdentity.Of(spine.Options, TimeProvider.System), spine.Foreman, spine.Executor, leases, spine.Store.Signals, spine.Options, TimeProvider.System, NullLogger<Worker>.Instance);
        await feed.StartAsync(default);
        await worker.StartAsync(default);
    }

    public async Task DisposeAsync()
    {
        await worker.StopAsync(default);
        await feed.StopAsync(default);
        leases.Dispose();
        await spine.DisposeAsync();
    }

    Task<Job?> End(Guid id) => feed.WaitForEnd(Spine.Tenant, id, TimeSpan.FromSeconds(100), default);

    [Fact]
    public async Task Work_is_done_as_it_comes()
    {
        for (var i = 0; i < 20; i++) (await End(await spine.Submit(Spine.Pipeline("cheap"))))!.State.ShouldBe(JobState.Completed);
    }

    [Fact]
    public async Task A_queue_runs_no_more_at_a_time_than_it_may()
    {
        await spine.Store.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 3 }, default);
        int now = 0, most = 0;
        var three = new TaskCompletionSource();
        spine.Runner.Script = async (_, cancel) =>
        {
            var running = Interlocked.Increment(ref now);
            InterlockedMax(ref most, running);
            if (running == 3) three.TrySetResult();
            await three.Task.WaitAsync(cancel);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancel);
            Interlocked.Decrement(ref now);
            return null;
        };

        var ids = new List<Guid>();
        for (var i = 0; i < 30; i++) ids.Add(await spine.Submit(Spine.Pipeline("cheap")));
        foreach (var id in ids) (await End(id))!.State.ShouldBe(JobState.Completed);

        most.ShouldBe(3);
    }

    [Fact]
    public async Task Cancelling_a_running_job_stops_it_at_once()
    {
        var began = new TaskCompletionSource();
        spine.Runner.Script = async (_, cancel) =>
        {
            began.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
            return null;
        };
        var id = await spine.Submit(Spine.Pipeline("cheap"));
        await began.Task;

        (await spine.Store.Jobs.Cancel(Spine.Tenant, id, default)).ShouldBe(JobState.Processing);

        (await End(id))!.State.ShouldBe(JobState.Cancelled);
    }

    [Fact]
    public async Task A_stopping_worker_gives_its_work_back_and_counts_no_attempt()
    {
        var began = new TaskCompletionSource();
        spine.Runner.Script = async (_, cancel) =>
        {
            began.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
            return null;
        };
        var id = await spine.Submit(Spine.Pipeline("cheap"));
        await began.Task;

        await worker.StopAsync(default);

        (await spine.Job(id)).ShouldSatisfyAllConditions(
            job => job.State.ShouldBe(JobState.Pending),
            job => job.Attempt.ShouldBe(0));
    }

    [Fact]
    public async Task A_dead_workers_jobs_are_taken_back_at_once_on_the_same_machine()
    {
        await spine.Store.Queues.Save(new Queue { Name = Queue.Default, Paused = true }, default);
        var id = await spine.Submit(Spine.Pipeline("cheap"));
        var me = WorkerIdentity.Of(spine.Options, TimeProvider.System);
        var dead = me with { Id = "dead", ProcessStart = me.ProcessStart - 1 };
        await spine.Store.Workers.Save(dead, default);
        await worker.StopAsync(default);
        await spine.Store.Queues.Save(new Queue { Name = Queue.Default }, default);
        using var held = await spine.Claim("dead");

        using var rescuer = new Rescuer(spine.Store.Jobs, spine.Store.Workers, spine.Upkeep, me, spine.Options, TimeProvider.System, NullLogger<Rescuer>.Instance);
        (await rescuer.Rescue(default)).ShouldBe(1);

        (await spine.Job(id)).ShouldSatisfyAllConditions(
            job => job.State.ShouldBe(JobState.Pending),
            job => job.Losses.ShouldBe(1));
    }

    static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
            if (Interlocked.CompareExchange(ref most, value, seen) == seen) return;
    }
}
