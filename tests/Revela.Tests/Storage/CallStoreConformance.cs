using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Core.Notices;
using Revela.Core.Pipelines;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

/// <summary>What every store of calls and budgets must do (law 10): a call is noted before it is sent and not repeated by itself, and no budget is overspent.</summary>
public abstract class CallStoreConformance : StoreBed
{
    const string Painter = "gemini";
    static readonly CallLimits NoLimits = new();

    [SkippableFact]
    public async Task A_call_is_open_until_its_checkpoint_is_kept_and_took_what_that_says()
    {
        await Submit();
        var claimed = await ClaimOne();
        (await Begin(claimed)).ShouldBeOfType<CallPermit.Granted>();
        var again = (await Begin(claimed)).ShouldBeOfType<CallPermit.StillOpen>().Earlier;
        (again.Provider, again.StepIndex, again.State, again.At, again.Usd).ShouldBe((Painter, 0, CallState.Open, Time.GetUtcNow(), 0.5m));

        (await Store.Jobs.SaveCheckpoint(claimed.Job.Id, claimed.Lease, Paid(0.75m), None)).ShouldBeTrue();
        (await Calls(claimed)).ShouldBe([(CallState.Kept, 0.75m)]);
        (await Store.Calls.List("other", claimed.Job.Id, None)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A_call_that_gave_nothing_may_be_made_again()
    {
        await Submit();
        var claimed = await ClaimOne();
        await Store.Calls.End(Number(await Begin(claimed)), 0.01m, None);
        await Store.Calls.End(Number(await Begin(claimed)), null, None);
        await Begin(claimed);
        (await Calls(claimed)).ShouldBe([(CallState.Fruitless, 0.01m), (CallState.WrittenOff, 0.5m), (CallState.Open, 0.5m)]);
    }

    [SkippableFact]
    public async Task A_call_that_is_open_when_its_worker_dies_is_not_made_again_before_somebody_says_so()
    {
        var job = await Submit();
        await Begin(await ClaimOne());
        Time.Advance(TimeSpan.FromMinutes(1));
        (await Store.Jobs.Rescue(20, None)).ShouldBe(1);

        var next = await ClaimOne();
        (await Begin(next)).ShouldBeOfType<CallPermit.StillOpen>();
        await Settle(next, new Ending.Park(new Parked(ParkCodes.PossiblyPaid, "As the test said.")));

        (await Store.Jobs.Retry(Tenant, job.JobId, None)).ShouldBe(JobState.Pending);
        var freed = await ClaimOne();
        freed.Job.Parked.ShouldBeNull();
        (await Begin(freed)).ShouldBeOfType<CallPermit.Granted>();
        (await Calls(freed)).ShouldBe([(CallState.WrittenOff, 0.5m), (CallState.Open, 0.5m)]);
    }

    [SkippableFact]
    public async Task What_a_call_gave_is_the_next_attempts_and_closed_by_its_checkpoint()
    {
        await Submit();
        var reply = new CallReply("processed/reply.bin", "painter-1", 0.75m, new System.Text.Json.Nodes.JsonObject { ["credits"] = 1 });
        await Store.Calls.Answer(Number(await Begin(await ClaimOne())), reply, None);
        Time.Advance(TimeSpan.FromMinutes(1));
        await Store.Jobs.Rescue(20, None);

        var next = await ClaimOne();
        (await Begin(next, provider: "other")).ShouldBeOfType<CallPermit.StillOpen>();
        var found = (await Begin(next, mayRepeat: true)).ShouldBeOfType<CallPermit.Answered>().Reply;
        (found.ObjectKey, found.By, found.Usd, found.Notes!.ToJsonString()).ShouldBe((reply.ObjectKey, reply.By, reply.Usd, """{"credits":1}"""));
        (await Calls(next)).ShouldBe([(CallState.Open, 0.75m)]);
        await Store.Jobs.SaveCheckpoint(next.Job.Id, next.Lease, Paid(0.75m), None);
        (await Calls(next)).ShouldBe([(CallState.Kept, 0.75m)]);
    }

    [SkippableFact]
    public async Task It_is_made_again_after_an_unpark_after_a_retry_of_the_cancelled_job_and_where_that_is_the_rule()
    {
        var job = await Submit();
        var first = await ClaimOne();
        await Begin(first);
        await Settle(first, new Ending.Park(new Parked(ParkCodes.PossiblyPaid, "As the test said.")));
        (await Store.Jobs.Unpark(ParkCodes.PossiblyPaid, null, None)).ShouldBe(1);

        var second = await ClaimOne();
        (await Begin(second)).ShouldBeOfType<CallPermit.Granted>();
        await Settle(second, new Ending.Park(new Parked(ParkCodes.PossiblyPaid, "As the test said.")));
        await Store.Jobs.Cancel(Tenant, job.JobId, None);
        await Store.Jobs.Retry(Tenant, job.JobId, None);

        var third = await ClaimOne();
        (await Begin(third)).ShouldBeOfType<CallPermit.Granted>();
        await Settle(third, new Ending.GivenBack());
        (await Begin(await ClaimOne(), mayRepeat: true)).ShouldBeOfType<CallPermit.Granted>();
        (await Calls(third)).Count(call => call.State == CallState.WrittenOff).ShouldBe(3);
    }

    [SkippableFact]
    public async Task A_late_worker_may_call_nobody()
    {
        await Submit();
        var late = await ClaimOne();
        Time.Advance(TimeSpan.FromMinutes(1));
        await Store.Jobs.Rescue(20, None);
        (await Begin(late)).ShouldBeOfType<CallPermit.StaleLease>();
        (await Calls(late)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task However_many_ask_at_once_no_budget_is_overspent()
    {
        await Store.Budgets.Save(Daily(2), None);
        await SubmitMany(60);
        var second = await Open();
        var claimed = (await ClaimAll()).Jobs;
        var permits = await Task.WhenAll(claimed.Select((job, i) => Task.Run(() => Begin(job, usd: 0.067m, store: i % 2 == 0 ? Store : second))));
        permits.Count(permit => permit is CallPermit.Granted).ShouldBe(29);
        var why = permits.OfType<CallPermit.Withheld>().Select(withheld => withheld.Why).Distinct().Single();
        (why.Code, why.Until).ShouldBe((ParkCodes.Budget, Daily(2).PeriodAt(Time.GetUtcNow()).Until));
        (await Store.Budgets.List(None)).Single().SpentUsd.ShouldBe(29 * 0.067m);
        await second.DisposeAsync();
    }

    [SkippableFact]
    public async Task A_budget_binds_its_provider_its_tenant_and_its_period()
    {
        await Store.Budgets.Save(Daily(0.5m) with { Name = "theirs", Tenant = "other", AmountUsd = 0 }, None);
        await Store.Budgets.Save(Daily(0.5m) with { Name = "elsewhere", Provider = "clipdrop", AmountUsd = 0 }, None);
        await Store.Budgets.Save(Daily(0.5m), None);
        await Store.Budgets.Save(Daily(0.8m) with { Name = "month", Per = BudgetPeriod.Month, Provider = null }, None);
        await SubmitMany(3);
        var claimed = (await ClaimAll()).Jobs;
        (await Begin(claimed[0])).ShouldBeOfType<CallPermit.Granted>();
        (await Begin(claimed[1])).ShouldBeOfType<CallPermit.Withheld>();
        foreach (var job in claimed) await Settle(job, new Ending.GivenBack());

        Time.Advance(TimeSpan.FromDays(1));
        var tomorrow = (await ClaimAll()).Jobs;
        var why = (await Begin(tomorrow.Single(job => job.Job.Id == claimed[1].Job.Id))).ShouldBeOfType<CallPermit.Withheld>().Why;
        why.Detail.ShouldContain("month");
        (await Begin(tomorrow.Single(job => job.Job.Id == claimed[2].Job.Id), usd: 0.3m)).ShouldBeOfType<CallPermit.Granted>();
        (await Store.Budgets.List(None)).Select(state => (state.Budget.Name, state.SpentUsd)).ShouldBe([("daily", 0.3m), ("elsewhere", 0), ("month", 0.8m), ("theirs", 0)]);
    }

    [SkippableFact]
    public async Task A_budget_that_is_changed_or_deleted_frees_the_jobs_that_waited_for_it()
    {
        var reason = new Parked(ParkCodes.Budget, "Spent.", Time.GetUtcNow().AddHours(9));
        var job = await Submit(Draft() with { Parked = reason });
        await Store.Budgets.Save(Daily(5), None);
        (await Get(job.JobId)).Parked.ShouldBeNull();
        await Settle(await ClaimOne(), new Ending.Park(reason));
        (await Store.Budgets.Delete("daily", None)).ShouldBeTrue();
        (await Get(job.JobId)).Parked.ShouldBeNull();
        (await Store.Budgets.Delete("daily", None)).ShouldBeFalse();
        (await Store.Budgets.List(None)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Money_that_a_call_did_not_take_lets_one_more_job_look_and_each_call_that_is_granted_the_next()
    {
        await Store.Budgets.Save(Daily(0.5m), None);
        await SubmitMany(3);
        var claimed = (await ClaimAll()).Jobs;
        var number = Number(await Begin(claimed[0]));
        foreach (var waiting in claimed.Skip(1)) await Settle(waiting, new Ending.Park((await Begin(waiting)).ShouldBeOfType<CallPermit.Withheld>().Why));
        (await ClaimAll()).Jobs.ShouldBeEmpty();

        await Store.Calls.End(number, 0, None);
        var second = await ClaimOne();
        (await Begin(second, usd: 0.1m)).ShouldBeOfType<CallPermit.Granted>();
        (await Begin(await ClaimOne(), usd: 0.1m)).ShouldBeOfType<CallPermit.Granted>();
    }

    [SkippableFact]
    public async Task People_are_told_once_a_period_that_a_budget_is_spent_and_a_soft_one_stops_nobody()
    {
        var operators = await AddPerson(Role.Operator);
        var viewer = await AddPerson(Role.Viewer);
        await Store.Budgets.Save(Daily(0.6m) with { Hard = false }, None);
        await SubmitMany(4);
        foreach (var job in (await ClaimAll()).Jobs) (await Begin(job)).ShouldBeOfType<CallPermit.Granted>();
        (await Told(operators)).ShouldBe(["budget.spent"]);
        (await Told(viewer)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A_provider_that_is_shut_is_called_by_nobody_until_then_and_people_are_told_once_until_it_serves_again()
    {
        var admin = await AddPerson(Role.Admin);
        await SubmitMany(2);
        var claimed = (await ClaimAll()).Jobs;
        Parked NoCredit(int minutes) => new(ParkCodes.OutOfCredit, "No credits.", Time.GetUtcNow().AddMinutes(minutes));
        await Store.Calls.Shut(Painter, NoCredit(1), None);
        await Store.Calls.Shut(Painter, new Parked(ParkCodes.RateLimited, "Soon.", Time.GetUtcNow().AddSeconds(1)), None);
        (await Begin(claimed[0])).ShouldBeOfType<CallPermit.Withheld>().Why.Code.ShouldBe(ParkCodes.OutOfCredit);
        (await Begin(claimed[0], provider: "clipdrop")).ShouldBeOfType<CallPermit.Granted>();

        Time.Advance(TimeSpan.FromMinutes(1));
        await Store.Calls.Shut(Painter, NoCredit(1), None);
        (await Told(admin)).ShouldBe(["provider.out-of-credit"]);

        Time.Advance(TimeSpan.FromMinutes(1));
        (await Begin(claimed[1])).ShouldBeOfType<CallPermit.Granted>();
        await Store.Jobs.SaveCheckpoint(claimed[1].Job.Id, claimed[1].Lease, Paid(0.5m), None);
        await Store.Calls.Shut(Painter, NoCredit(1), None);
        (await Told(admin)).Length.ShouldBe(2);
    }

    [SkippableFact]
    public async Task Calls_of_a_minute_and_calls_at_a_time_are_limited_over_all_workers()
    {
        await SubmitMany(4);
        var claimed = (await ClaimAll()).Jobs;
        var began = Time.GetUtcNow();
        await Store.Calls.End(Number(await Begin(claimed[0], limits: new CallLimits(PerMinute: 2))), 0, None);
        Time.Advance(TimeSpan.FromSeconds(5));
        await Begin(claimed[1], limits: new CallLimits(PerMinute: 2));
        var why = (await Begin(claimed[2], limits: new CallLimits(PerMinute: 2))).ShouldBeOfType<CallPermit.Withheld>().Why;
        (why.Code, why.Until).ShouldBe((ParkCodes.RateLimited, began.AddMinutes(1)));

        (await Begin(claimed[2], limits: new CallLimits(Concurrent: 1))).ShouldBeOfType<CallPermit.Withheld>().Why.Code.ShouldBe(ParkCodes.RateLimited);
        (await Begin(claimed[2], limits: new CallLimits(Concurrent: 2))).ShouldBeOfType<CallPermit.Granted>();
        // Who holds no lease is calling nobody any more.
        await Settle(claimed[1], new Ending.Park(new Parked(ParkCodes.PossiblyPaid, "As the test said.")));
        await Settle(claimed[2], new Ending.Park(new Parked(ParkCodes.PossiblyPaid, "As the test said.")));
        (await Begin(claimed[3], limits: new CallLimits(Concurrent: 1))).ShouldBeOfType<CallPermit.Granted>();
    }

    [SkippableFact]
    public async Task A_batch_adds_up_what_its_jobs_took()
    {
        var batch = Ids.New(Time);
        NewJob[] jobs = [Draft(), Draft()];
        await Store.Jobs.Submit(new NewSubmission { Jobs = jobs, Batch = new NewBatch(batch, Tenant, null) }, None);
        var claimed = (await ClaimAll()).Jobs;
        await Settle(claimed[0], new Ending.Completed([], null), Step(0.25m));
        await Settle(claimed[1], new Ending.Failed(Oops), Step(0.5m));
        (await Store.Jobs.GetBatch(Tenant, batch, None))!.CostUsd.ShouldBe(0.75m);
        await Store.Jobs.Retry(Tenant, claimed[1].Job.Id, None);
        (await Store.Jobs.GetBatch(Tenant, batch, None))!.CostUsd.ShouldBe(0.25m);
        await Settle(await ClaimOne(), new Ending.Completed([], null), Step(0.5m));
        (await Store.Jobs.ListBatches(Tenant, null, 10, None)).Items.Single().CostUsd.ShouldBe(1.25m);
    }

    [SkippableFact]
    public async Task What_was_spent_is_told_by_day_and_provider_for_the_tenant_alone()
    {
        await SubmitMany(3);
        var claimed = (await ClaimAll()).Jobs;
        await Begin(claimed[0]);
        await Begin(claimed[1], provider: "clipdrop", usd: 0.09m);
        Time.Advance(TimeSpan.FromHours(12));
        await Begin(claimed[2], usd: 0.25m);
        var today = DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime);
        (await Store.Calls.Spent(Tenant, today.AddDays(-1), today, None)).ShouldBe([new(today, Painter, 1, 0.25m), new(today.AddDays(-1), "clipdrop", 1, 0.09m), new(today.AddDays(-1), Painter, 1, 0.5m)]);
        (await Store.Calls.Spent(Tenant, today, today, None)).ShouldHaveSingleItem();
        (await Store.Calls.Spent("other", today.AddDays(-1), today, None)).ShouldBeEmpty();
    }

    static Budget Daily(decimal usd) => new("daily", Painter, null, usd, BudgetPeriod.Day, Hard: true);

    Task<CallPermit> Begin(ClaimedJob claimed, decimal usd = 0.5m, string provider = Painter, CallLimits? limits = null, bool mayRepeat = false, StorePorts? store = null) =>
        (store ?? Store).Calls.Begin(new NewCall(new StepTicket(Tenant, claimed.Job.Id, claimed.Lease, 0), provider, usd, limits ?? NoLimits, mayRepeat), None);

    static long Number(CallPermit permit) => permit.ShouldBeOfType<CallPermit.Granted>().Number;

    async Task<(CallState State, decimal Usd)[]> Calls(ClaimedJob claimed) => [.. (await Store.Calls.List(Tenant, claimed.Job.Id, None)).Select(call => (call.State, call.Usd))];

    async Task<Guid> AddPerson(Role role)
    {
        var id = Ids.New(Time);
        var person = new User { Id = id, Email = $"{id:N}@example.org", Name = "Somebody", PasswordHash = "hash", Role = role, Tenant = Tenant, CreatedAt = Time.GetUtcNow() };
        (await Store.Users.Add(person, None)).ShouldBeTrue();
        return id;
    }

    async Task<string[]> Told(Guid person) => [.. (await Store.Notices.List(new NoticeQuery(Tenant, person, UnreadOnly: false, null, 10), None)).Items.Select(notice => notice.Kind)];

    StepRecord Step(decimal usd) => new("paint", Painter, "completed", Time.GetUtcNow(), Time.GetUtcNow(), usd);

    Checkpoint Paid(decimal usd) => new(0, Image("kept"), [Step(usd)], null);
}
