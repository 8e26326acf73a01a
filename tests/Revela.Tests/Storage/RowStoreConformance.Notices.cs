using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Notices;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

public abstract partial class RowStoreConformance
{
    readonly Guid ana = Guid.NewGuid(), bob = Guid.NewGuid();

    [SkippableFact]
    public async Task A_watched_job_is_told_once_it_has_ended_and_once_only()
    {
        var job = await Submit();
        await Watch(job.JobId, ana);
        (await Store.Notices.Tell(None)).ShouldBe(0);
        var claimed = await ClaimOne();
        (await Store.Notices.Tell(None)).ShouldBe(0);
        await Complete(claimed, Output(claimed));
        (await Store.Notices.Tell(None)).ShouldBe(1);
        (await Store.Notices.Tell(None)).ShouldBe(0);

        (await Store.Notices.Since(0, 10, None)).Select(notice => notice.Id).ShouldBe((await NoticesOf(ana)).Select(notice => notice.Id));
        var told = (await NoticesOf(ana)).ShouldHaveSingleItem();
        (await Store.Notices.Since(told.Number, 10, None)).ShouldBeEmpty();
        (told.Tenant, told.Recipient, told.Kind, told.CreatedAt, told.ReadAt).ShouldBe((Tenant, ana, "cutout.completed", Time.GetUtcNow(), null));
        told.Data!.ToJsonString().ShouldBe("""{"title":"Gato"}""");
        (await NoticesOf(bob)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A_failure_is_told_with_its_reason_and_a_cancelled_job_as_cancelled()
    {
        var (failed, cancelled) = (await Submit(), await Submit());
        await Watch(failed.JobId, ana);
        await Watch(cancelled.JobId, ana);
        await Store.Jobs.Cancel(Tenant, cancelled.JobId, None);
        await Settle(await ClaimOne(), new Ending.Failed(Oops));
        (await Store.Notices.Tell(None)).ShouldBe(2);
        var told = await NoticesOf(ana);
        told.Select(notice => notice.Kind).ShouldBe(["cutout.failed", "cutout.cancelled"], ignoreOrder: true);
        told.Single(notice => notice.Kind == "cutout.failed").Data!["error"]!.ToString().ShouldBe(Oops.Code);
    }

    [SkippableFact]
    public async Task A_watched_batch_is_told_once_when_its_last_job_has_ended_with_its_counters()
    {
        var batch = new NewBatch(Ids.New(Time), Tenant, "spring");
        await Watch(batch.Id, ana);
        await Store.Jobs.Submit(new NewSubmission { Jobs = [Draft(), Draft(), Draft()], Batch = batch }, None);
        var claimed = await ClaimAll();
        await Complete(claimed.Jobs[0]);
        await Settle(claimed.Jobs[1], new Ending.Failed(Oops));
        (await Store.Notices.Tell(None)).ShouldBe(0);
        await Complete(claimed.Jobs[2]);
        (await Store.Notices.Tell(None)).ShouldBe(1);
        (await Store.Notices.Tell(None)).ShouldBe(0);
        var told = (await NoticesOf(ana)).ShouldHaveSingleItem();
        told.Kind.ShouldBe("cutout.failed");
        told.Data!.ToJsonString().ShouldBe("""{"title":"Gato","total":3,"completed":2,"failed":1,"cancelled":0}""");
    }

    [SkippableFact]
    public async Task However_many_tell_at_once_each_is_told_once()
    {
        var jobs = await SubmitMany(20);
        foreach (var job in jobs) await Watch(job.JobId, ana);
        foreach (var claimed in (await ClaimAll()).Jobs) await Complete(claimed);
        await using var second = await Open();
        var counts = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? Store : second).Notices.Tell(None)));
        counts.Sum().ShouldBe(20);
        (await NoticesOf(ana)).Count.ShouldBe(20);
    }

    [SkippableFact]
    public async Task Notices_are_counted_listed_followed_and_read_by_their_recipient_only()
    {
        var jobs = await SubmitMany(3);
        foreach (var job in jobs) await Watch(job.JobId, ana);
        foreach (var claimed in (await ClaimAll()).Jobs) await Complete(claimed);
        (await Store.Notices.LastNumber(ana, None)).ShouldBe(0);
        await Store.Notices.Tell(None);

        var all = await NoticesOf(ana);
        all.Select(notice => notice.Number).ShouldBe(all.Select(notice => notice.Number).OrderDescending());
        (await Store.Notices.After(ana, all[^1].Number, 10, None)).Select(notice => notice.Id).ShouldBe([all[1].Id, all[0].Id]);
        (await Store.Notices.LastNumber(ana, None)).ShouldBe(all[0].Number);
        var page = await Store.Notices.List(new NoticeQuery(Tenant, ana, false, null, 2), None);
        (await Store.Notices.List(new NoticeQuery(Tenant, ana, false, page.Next, 2), None)).Items.ShouldHaveSingleItem().Id.ShouldBe(all[2].Id);
        (await Store.Notices.List(new NoticeQuery("other", ana, false, null, 2), None)).Items.ShouldBeEmpty();

        (await Store.Notices.Read(bob, all[0].Id, None)).ShouldBeFalse();
        (await Store.Notices.Read(ana, all[0].Id, None)).ShouldBeTrue();
        (await Store.Notices.Unread(ana, None)).ShouldBe(2);
        (await Store.Notices.List(new NoticeQuery(Tenant, ana, true, null, 10), None)).Items.Select(notice => notice.Id).ShouldBe([all[1].Id, all[2].Id]);
        Time.Advance(TimeSpan.FromSeconds(1));
        (await Store.Notices.Read(ana, null, None)).ShouldBeTrue();
        (await Store.Notices.Unread(ana, None)).ShouldBe(0);
        (await NoticesOf(ana))[0].ReadAt.ShouldBe(Time.GetUtcNow() - TimeSpan.FromSeconds(1), "what was read stays as it was");
    }

    [SkippableFact]
    public async Task A_watch_whose_job_never_came_is_dropped_after_a_week_and_one_that_waits_is_not()
    {
        var lost = Ids.New(Time);
        var (waiting, done) = (await Submit(Draft() with { RunAt = Time.GetUtcNow().AddDays(30) }), await Submit());
        await Watch(lost, ana);
        await Watch(waiting.JobId, ana);
        Time.Advance(Revela.Core.Notices.Watch.KeepFor + TimeSpan.FromSeconds(1));
        await Watch(done.JobId, ana);
        await Complete(await ClaimOne());
        (await Store.Notices.Tell(None)).ShouldBe(1);

        // Jobs of these ids end now: the first was forgotten, the second was not.
        await Submit(Draft() with { Id = lost });
        Time.Advance(TimeSpan.FromDays(30));
        foreach (var claimed in (await ClaimAll()).Jobs) await Complete(claimed);
        (await Store.Notices.Tell(None)).ShouldBe(1);
    }

    [SkippableFact]
    public async Task Notices_are_dropped_after_three_months()
    {
        await Watch((await Submit()).JobId, ana);
        await Complete(await ClaimOne());
        await Store.Notices.Tell(None);
        Time.Advance(Notice.KeepFor + TimeSpan.FromSeconds(1));
        await Watch((await Submit()).JobId, ana);
        await Complete(await ClaimOne());
        await Store.Notices.Tell(None);
        (await NoticesOf(ana)).ShouldHaveSingleItem().CreatedAt.ShouldBe(Time.GetUtcNow());
    }

    Task Watch(Guid job, Guid recipient) =>
        Store.Notices.Add(new Watch(job, Tenant, recipient, "cutout", new JsonObject { ["title"] = "Gato" }, Time.GetUtcNow()), None);

    async Task<IReadOnlyList<Notice>> NoticesOf(Guid recipient) => (await Store.Notices.List(new NoticeQuery(Tenant, recipient, false, null, 100), None)).Items;
}
