using Revela.Core.Events;
using Revela.Core.Jobs;
using Revela.Core.Queues;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

// Claims: order, limits and memory.
public abstract partial class JobStoreConformance
{
    [SkippableFact]
    public async Task A_claimed_job_is_processing_with_its_attempt_counted_and_its_input_beside_it()
    {
        var asset = await AddOriginal();
        var submitted = await Submit(Draft(asset.Id) with { Megabytes = 7 });
        Time.Advance(TimeSpan.FromSeconds(1));
        var claimed = await ClaimOne();

        claimed.Job.Id.ShouldBe(submitted.JobId);
        claimed.Job.State.ShouldBe(JobState.Processing);
        claimed.Job.Attempt.ShouldBe(1);
        claimed.Job.StartedAt.ShouldBe(Time.GetUtcNow());
        claimed.Megabytes.ShouldBe(7);
        claimed.Input.ShouldBe(asset);
        claimed.Checkpoints.ShouldBeEmpty();
        claimed.OutageSince.ShouldBeNull();
        (await EventsOf(submitted.JobId)).ShouldBe([EventTypes.Accepted, EventTypes.Started]);
        (await ClaimAll()).Jobs.ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A_job_whose_input_is_gone_is_claimed_without_it()
    {
        await Submit();
        (await ClaimOne()).Input.ShouldBeNull();
    }

    [SkippableFact]
    public async Task Jobs_come_in_the_order_of_their_submission()
    {
        var ids = (await SubmitMany(5)).Select(s => s.JobId).ToArray();
        (await ClaimIds(2)).ShouldBe(ids[..2]);
        (await ClaimIds()).ShouldBe(ids[2..]);
    }

    [SkippableFact]
    public async Task Higher_priority_comes_first_and_inside_one_the_older()
    {
        var low = await Submit(Draft() with { Priority = int.MinValue });
        var (normal, second) = (await Submit(), await Submit());
        var (high, highest) = (await Submit(Draft() with { Priority = 5 }), await Submit(Draft() with { Priority = int.MaxValue }));
        (await ClaimIds()).ShouldBe([highest.JobId, high.JobId, normal.JobId, second.JobId, low.JobId]);
    }

    [SkippableFact]
    public async Task A_tenant_with_few_jobs_does_not_wait_behind_all_of_anothers()
    {
        await SubmitMany(50);
        await ClaimIds(10);
        var small = await Submit(Draft() with { Tenant = "small" });
        (await ClaimIds(2)).ShouldContain(small.JobId);
    }

    [SkippableFact]
    public async Task Ten_jobs_of_one_tenant_go_before_the_rest_of_anothers_hundred_thousand()
    {
        await Store.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 100_000 }, None);
        for (var i = 0; i < 100; i++) await SubmitMany(1000);
        (await ClaimIds(500)).Length.ShouldBe(500);
        await Store.Jobs.Submit(new NewSubmission { Jobs = [.. Enumerable.Range(0, 10).Select(_ => Draft() with { Tenant = "small" })] }, None);
        (await ClaimAll(25)).Jobs.Count(claimed => claimed.Job.Tenant == "small").ShouldBe(10);
    }

    [SkippableFact]
    public async Task Tenants_take_turns_by_the_cost_of_their_jobs()
    {
        for (var i = 0; i < 4; i++) await Submit(Draft() with { Tenant = "dear", Cost = 3 });
        for (var i = 0; i < 12; i++) await Submit(Draft() with { Tenant = "cheap", Cost = 1 });
        var tenants = (await ClaimAll(8)).Jobs.Select(claimed => claimed.Job.Tenant).ToList();
        tenants.Count(tenant => tenant == "dear").ShouldBe(2);
    }

    [SkippableFact]
    public async Task A_tenant_that_was_away_does_not_come_back_with_credit()
    {
        await Submit(Draft() with { Tenant = "early" });
        for (var i = 0; i < 20; i++) await Submit(Draft() with { Tenant = "busy" });
        await ClaimIds(15);
        for (var i = 0; i < 20; i++) await Submit(Draft() with { Tenant = "early" });
        var tenants = (await ClaimAll(6)).Jobs.Select(claimed => claimed.Job.Tenant).ToList();
        tenants.Count(tenant => tenant == "busy").ShouldBeInRange(2, 4);
    }

    [SkippableFact]
    public async Task Lease_ids_only_grow()
    {
        await SubmitMany(3);
        var leases = (await ClaimAll()).Jobs.Select(claimed => claimed.Lease).ToList();
        leases.ShouldBeInOrder();
        leases.ShouldBeUnique();
    }

    [SkippableFact]
    public async Task A_job_of_tomorrow_is_delayed_until_then_and_the_claim_says_when()
    {
        var due = Time.GetUtcNow().AddDays(1);
        var job = await Submit(Draft() with { RunAt = due });
        var early = await ClaimAll();
        early.Jobs.ShouldBeEmpty();
        early.NextDue.ShouldBe(due);
        (await Store.Jobs.Ledger(None)).Single().Delayed.ShouldBe(1);
        (await Get(job.JobId)).RunAt.ShouldBe(due);

        Time.MoveTo(due);
        (await ClaimIds()).ShouldBe([job.JobId]);
        (await Store.Jobs.Ledger(None)).Single().Delayed.ShouldBe(0);
    }

    [SkippableFact]
    public async Task The_next_due_time_counts_only_queues_that_were_asked_for_and_run()
    {
        var soon = Time.GetUtcNow().AddMinutes(1);
        await Submit(Draft() with { Queue = "other", RunAt = soon });
        (await Store.Jobs.Claim(Request() with { Queues = new HashSet<string> { Queue.Default } }, None)).NextDue.ShouldBeNull();
        (await ClaimAll()).NextDue.ShouldBe(soon);
        await Store.Queues.Save(new Queue { Name = "other", Paused = true }, None);
        (await ClaimAll()).NextDue.ShouldBeNull();
    }

    [SkippableFact]
    public async Task Only_the_queues_asked_for_are_claimed()
    {
        await Submit();
        var other = await Submit(Draft() with { Queue = "other" });
        var claim = await Store.Jobs.Claim(Request() with { Queues = new HashSet<string> { "other" } }, None);
        claim.Jobs.Select(c => c.Job.Id).ShouldBe([other.JobId]);
    }

    [SkippableFact]
    public async Task Priority_goes_before_queues_and_among_equals_the_idlest_queue_is_served()
    {
        await Store.Queues.Save(new Queue { Name = "b", Concurrency = 100 }, None);
        for (var i = 0; i < 4; i++) await Submit();
        for (var i = 0; i < 4; i++) await Submit(Draft() with { Queue = "b" });
        var urgent = await Submit(Draft() with { Queue = "b", Priority = 1 });
        var claimed = (await ClaimAll(5)).Jobs;
        claimed[0].Job.Id.ShouldBe(urgent.JobId);
        claimed.Count(c => c.Job.Queue == Queue.Default).ShouldBeInRange(2, 3);
    }

    [SkippableFact]
    public async Task A_paused_queue_gives_nothing_until_it_is_resumed()
    {
        await Submit();
        await Store.Queues.Save(new Queue { Name = Queue.Default, Paused = true }, None);
        (await ClaimAll()).Jobs.ShouldBeEmpty();
        var seen = Store.Signals.Version(Signal.Work);
        await Store.Queues.Save(new Queue { Name = Queue.Default }, None);
        Store.Signals.Version(Signal.Work).ShouldBeGreaterThan(seen);
        (await ClaimAll()).Jobs.Count.ShouldBe(1);
    }

    [SkippableFact]
    public async Task A_worker_runs_no_more_of_a_queue_than_its_concurrency()
    {
        await Store.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 3 }, None);
        await SubmitMany(5);
        var request = Request() with { Running = new Dictionary<string, int> { [Queue.Default] = 1 } };
        (await Store.Jobs.Claim(request, None)).Jobs.Count.ShouldBe(2);
    }

    [SkippableFact]
    public async Task Without_a_setting_a_worker_runs_one_job_per_processor()
    {
        await Store.Queues.Save(new Queue { Name = Queue.Default }, None);
        await SubmitMany(Environment.ProcessorCount + 1);
        (await ClaimAll()).Jobs.Count.ShouldBe(Environment.ProcessorCount);
    }

    [SkippableFact]
    public async Task The_global_limit_holds_across_workers_and_an_end_rings_for_the_next()
    {
        await Store.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 10, GlobalLimit = 2 }, None);
        await SubmitMany(3);
        var first = await ClaimAll();
        first.Jobs.Count.ShouldBe(2);
        (await Store.Jobs.Claim(Request() with { Worker = "another" }, None)).Jobs.ShouldBeEmpty();

        var seen = Store.Signals.Version(Signal.Work);
        await Complete(first.Jobs[0]);
        Store.Signals.Version(Signal.Work).ShouldBeGreaterThan(seen);
        (await Store.Jobs.Claim(Request() with { Worker = "another" }, None)).Jobs.Count.ShouldBe(1);
    }

    [SkippableFact]
    public async Task The_rate_limit_lets_so_many_begin_per_period_and_says_when_the_next_may()
    {
        await Store.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 100, RateLimit = 2, RatePeriod = TimeSpan.FromSeconds(10) }, None);
        await SubmitMany(5);
        var first = await ClaimAll();
        first.Jobs.Count.ShouldBe(2);
        first.NextDue.ShouldBeNull("who was given jobs asks again");

        var refused = await ClaimAll();
        refused.Jobs.ShouldBeEmpty();
        refused.NextDue.ShouldBe(Time.GetUtcNow().AddSeconds(5));
        Time.MoveTo(refused.NextDue!.Value);
        (await ClaimAll()).Jobs.Count.ShouldBe(1);
        Time.Advance(TimeSpan.FromMinutes(1));
        (await ClaimAll()).Jobs.Count.ShouldBe(2);
    }

    [SkippableFact]
    public async Task The_gap_counts_from_the_end_of_one_job_to_the_start_of_the_next()
    {
        await Store.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 1, MinGap = TimeSpan.FromSeconds(2) }, None);
        await SubmitMany(3);
        var first = await ClaimOne();
        Time.Advance(TimeSpan.FromSeconds(10));
        await Complete(first);

        var refused = await ClaimAll();
        refused.Jobs.ShouldBeEmpty();
        refused.NextDue.ShouldBe(Time.GetUtcNow().AddSeconds(2));
        Time.MoveTo(refused.NextDue!.Value);
        (await ClaimAll()).Jobs.Count.ShouldBe(1);
    }

    [SkippableFact]
    public async Task Jobs_are_taken_in_order_while_they_fit_in_memory()
    {
        foreach (var size in new[] { 40, 50, 30, 5 }) await Submit(Draft() with { Megabytes = size });
        var claim = await Store.Jobs.Claim(Request() with { FreeMegabytes = 100 }, None);
        claim.Jobs.Select(c => c.Megabytes).ShouldBe([40, 50]);
    }

    [SkippableFact]
    public async Task A_job_too_large_for_any_budget_is_taken_by_a_worker_that_runs_nothing()
    {
        await Submit(Draft() with { Megabytes = 5000 });
        var busy = Request() with { FreeMegabytes = 100, Running = new Dictionary<string, int> { ["other"] = 1 } };
        (await Store.Jobs.Claim(busy, None)).Jobs.ShouldBeEmpty();
        (await Store.Jobs.Claim(Request() with { FreeMegabytes = 100 }, None)).Jobs.Count.ShouldBe(1);
    }
}
