using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Schedules;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

public abstract partial class RowStoreConformance
{
    [SkippableFact]
    public async Task A_schedule_is_due_in_its_time_and_runs_once_for_each()
    {
        var schedule = NewSchedule("nightly");
        (await Store.Schedules.Add(schedule, None)).ShouldBeTrue();
        (await Store.Schedules.Add(NewSchedule("nightly"), None)).ShouldBeFalse("a name is taken once");
        (await Store.Schedules.Due(Time.GetUtcNow(), None)).ShouldBeEmpty();
        Time.Advance(TimeSpan.FromHours(1));
        var due = (await Store.Schedules.Due(Time.GetUtcNow(), None)).ShouldHaveSingleItem();
        (due.Id, due.Name, due.Cron, due.TimeZone, due.NextAt, due.Request.ToJsonString()).ShouldBe((schedule.Id, "nightly", schedule.Cron, "UTC", schedule.NextAt, schedule.Request.ToJsonString()));

        var (run, next) = (new ScheduleRun(due.NextAt!.Value, Ids.New(Time), null), Time.GetUtcNow().AddDays(1));
        (await Store.Schedules.Ran(due.Id, run, next, None)).ShouldBeTrue();
        (await Store.Schedules.Ran(due.Id, run with { Error = "again" }, next, None)).ShouldBeFalse();
        var after = (await Store.Schedules.Get(Tenant, due.Id, None))!;
        (after.NextAt, after.Last).ShouldBe((next, run));
    }

    [SkippableFact]
    public async Task Schedules_are_paused_resumed_and_removed_within_their_tenant()
    {
        var schedule = NewSchedule("b");
        await Store.Schedules.Add(schedule, None);
        await Store.Schedules.Add(NewSchedule("a"), None);
        (await Store.Schedules.List(Tenant, None)).Select(one => one.Name).ShouldBe(["a", "b"]);
        (await Store.Schedules.List("other", None)).ShouldBeEmpty();
        (await Store.Schedules.SetNext("other", schedule.Id, null, None)).ShouldBeFalse();
        (await Store.Schedules.SetNext(Tenant, schedule.Id, null, None)).ShouldBeTrue();
        Time.Advance(TimeSpan.FromDays(1));
        (await Store.Schedules.Due(Time.GetUtcNow(), None)).Select(one => one.Name).ShouldBe(["a"]);
        (await Store.Schedules.Remove("other", schedule.Id, None)).ShouldBeFalse();
        (await Store.Schedules.Remove(Tenant, schedule.Id, None)).ShouldBeTrue();
        (await Store.Schedules.Get(Tenant, schedule.Id, None)).ShouldBeNull();
    }

    Schedule NewSchedule(string name) => new()
    {
        Id = Ids.New(Time),
        Tenant = Tenant,
        Name = name,
        Cron = "0 2 * * *",
        TimeZone = "UTC",
        Request = new JsonObject { ["pipeline"] = "web" },
        CreatedAt = Time.GetUtcNow(),
        NextAt = Time.GetUtcNow().AddHours(1),
    };
}
