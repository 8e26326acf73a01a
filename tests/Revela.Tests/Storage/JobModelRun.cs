using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Shouldly;

namespace Revela.Tests.Storage;

/// <summary>Does the same random deeds to a store and to the model, and compares them after each.</summary>
public sealed class JobModelRun(StorePorts store, ManualTime time, string queue)
{
    const string Tenant = "model";
    const int MaxLosses = 2;
    static readonly Pipeline Nothing = new() { Name = "nothing", Steps = [] };
    static readonly JobError Oops = new("operation-failed", "It did not work.", true);
    static readonly CancellationToken None = CancellationToken.None;

    readonly JobModel model = new(queue);
    long highest;

    /// <param name="deeds">Which deed, and two numbers that say on what; any numbers make a valid run.</param>
    public async Task Play(IEnumerable<Deed> deeds)
    {
        await store.Queues.Save(new Revela.Core.Queues.Queue { Name = queue, Concurrency = 1000 }, None);
        foreach (var deed in deeds)
        {
            await Do(deed);
            await LedgerMustAgree();
        }
        await JobsMustAgree();
        await End();
    }

    Task Do(Deed deed) => (deed.Verb % 16) switch
    {
        0 or 1 or 2 => Submit(deed.A % 3, deed.B),
        3 or 4 or 5 => Claim(1 + deed.A % 4),
        6 or 7 or 8 => Settle(deed.A, deed.B),
        9 => Renew(deed.A),
        10 or 11 => Advance(deed.A % 15),
        12 => Rescue(),
        13 => Cancel(deed.A),
        14 => Retry(deed.A),
        _ => deed.A % 2 == 0 ? Unpark() : Prune(1 + deed.B % 3),
    };

    async Task Submit(int priority, int how)
    {
        var now = time.GetUtcNow();
        DateTimeOffset? runAt = how % 4 == 1 ? now.AddSeconds(how % 7) : null;
        var parked = (how % 8) switch { 2 => new Parked("budget", "Wait."), 6 => new Parked("budget", "Wait.", now.AddSeconds(how % 5)), _ => null };
        var job = new NewJob { Id = Ids.New(time), Tenant = Tenant, Queue = queue, Pipeline = Nothing, AssetId = Ids.New(time), Priority = priority, RunAt = runAt, Parked = parked };
        await store.Jobs.Submit(new NewSubmission { Jobs = [job] }, None);
        model.Submit(job.Id, priority, runAt, parked, now);
    }

    async Task Claim(int max)
    {
        var expected = model.Claim(max, time.GetUtcNow());
        var lease = TimeSpan.FromSeconds(20);
        var claim = await store.Jobs.Claim(new ClaimRequest { Worker = "w", Queues = new HashSet<string> { queue }, Max = max, LeaseFor = lease }, None);
        claim.Jobs.Select(claimed => claimed.Job.Id).ShouldBe(expected.Select(job => job.Id));
        for (var i = 0; i < expected.Count; i++)
        {
            claim.Jobs[i].Lease.ShouldBeGreaterThan(highest);
            highest = claim.Jobs[i].Lease;
            model.Start(expected[i], highest, time.GetUtcNow() + lease);
        }
    }

    async Task Settle(int which, int how)
    {
        if (model.Leases.Count == 0) return;
        // Mostly the newest leases, sometimes a stale one.
        var (job, lease) = model.Leases[^(1 + which % Math.Min(model.Leases.Count, 6))];
        var now = time.GetUtcNow();
        Ending ending = (how % 10) switch
        {
            0 or 1 or 2 => new Ending.Completed([], null),
            3 => new Ending.Failed(Oops, Crash: how % 20 == 3),
            4 or 5 => new Ending.RetryAt(now.AddSeconds(how % 6), Oops, Crash: how % 4 == 0),
            6 => new Ending.WaitUntil(now.AddSeconds(how % 6), Oops),
            7 => new Ending.Park(new Parked("budget", "Wait.")),
            8 => new Ending.GivenBack(),
            _ => new Ending.Cancelled(),
        };
        (await store.Jobs.Settle(new Settlement(job.Id, lease, ending, []), None)).ShouldBe(model.Settle(job, lease, ending, now));
    }

    async Task Renew(int which)
    {
        if (model.Leases.Count == 0) return;
        var (job, lease) = model.Leases[which % model.Leases.Count];
        var orders = await store.Jobs.Renew([new LeaseReport(job.Id, lease, 0.5, null)], TimeSpan.FromSeconds(20), None);
        if (job.Lease != lease)
        {
            orders.Single().Reason.ShouldBe(StopReason.LeaseLost);
            return;
        }
        job.LeaseEnds = time.GetUtcNow().AddSeconds(20);
        orders.Select(order => order.Reason).ShouldBe(job.CancelRequested ? [StopReason.CancelRequested] : []);
    }

    Task Advance(int seconds)
    {
        time.Advance(TimeSpan.FromSeconds(seconds));
        return Task.CompletedTask;
    }

    async Task Rescue() => (await store.Jobs.Rescue(MaxLosses, None)).ShouldBe(model.Rescue(MaxLosses, time.GetUtcNow()));

    async Task Cancel(int which)
    {
        if (model.Jobs.Count == 0) return;
        var job = model.Jobs[which % model.Jobs.Count];
        (await store.Jobs.Cancel(Tenant, job.Id, None)).ShouldBe(model.Cancel(job));
    }

    async Task Retry(int which)
    {
        if (model.Jobs.Count == 0) return;
        var job = model.Jobs[which % model.Jobs.Count];
        (await store.Jobs.Retry(Tenant, job.Id, None)).ShouldBe(model.Retry(job, time.GetUtcNow()));
    }

    async Task Unpark() => (await store.Jobs.Unpark("budget", queue, None)).ShouldBe(model.Unpark("budget"));

    async Task Prune(int limit)
    {
        (await store.Jobs.Prune(new PruneRequest(queue, DateTimeOffset.MaxValue), limit, None)).ShouldBe(Math.Min(limit, model.Finished));
        var gone = new HashSet<Guid>();
        foreach (var job in model.Jobs.Where(job => job.State.IsFinal()))
            if (await store.Jobs.Get(Tenant, job.Id, None) is null) gone.Add(job.Id);
        gone.Count.ShouldBe(Math.Min(limit, model.Finished));
        model.Remove(job => gone.Contains(job.Id));
    }

    async Task LedgerMustAgree()
    {
        var ledger = (await store.Jobs.Ledger(None)).Single(line => line.Queue == queue);
        ledger.AddsUp.ShouldBeTrue();
        (await store.Jobs.CountLedger(None)).Single(line => line.Queue == queue).ShouldBe(ledger);
        // Which of the parked and delayed have fallen due is known only once somebody claims.
        (ledger with { Delayed = 0, Parked = 0, PrunedCompleted = 0, PrunedFailed = 0, PrunedCancelled = 0 }).ShouldBe(model.Ledger() with { Parked = 0 });
        ledger.Parked.ShouldBe(model.Ledger().Parked);
    }

    async Task JobsMustAgree()
    {
        foreach (var expected in model.Jobs)
        {
            var job = (await store.Jobs.Get(Tenant, expected.Id, None)).ShouldNotBeNull();
            (job.State, job.Attempt, job.Crashes, job.Losses).ShouldBe((expected.State, expected.Attempt, expected.Crashes, expected.Losses));
            (job.Parked?.Code).ShouldBe(expected.Parked?.Code);
        }
    }

    // The next run must not meet this one's jobs.
    async Task End()
    {
        foreach (var job in model.Jobs)
        {
            await store.Jobs.Cancel(Tenant, job.Id, None);
            if (job.Lease is { } lease) await store.Jobs.Settle(new Settlement(job.Id, lease, new Ending.Cancelled(), []), None);
        }
        (await store.Jobs.Ledger(None)).Single(line => line.Queue == queue).ShouldSatisfyAllConditions(line => line.Pending.ShouldBe(0), line => line.Processing.ShouldBe(0));
    }
}

public readonly record struct Deed(int Verb, int A, int B);
