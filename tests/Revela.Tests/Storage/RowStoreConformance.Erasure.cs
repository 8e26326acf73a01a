using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Core.Notices;
using Revela.Core.Pipelines;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

public abstract partial class RowStoreConformance
{
    [SkippableFact]
    public async Task An_erased_picture_leaves_no_trace_of_all_that_it_led_to()
    {
        await AddEndpoint();
        var original = await AddOriginal();
        var (job, made) = await Develop(original.Id, "shared-work");
        var (second, mosaic) = await Develop(made);
        await Watch(second, ana);
        await Store.Notices.Tell(None);
        await Store.Webhooks.AddCallbacks([NewCallback(job)], None);
        await WriteAll();
        await Store.Items.Save(NewItem(original.Id.ToString("D")) with { AssetId = original.Id }, None);
        await Store.Items.Save(NewItem("made") with { AssetId = made, Metadata = new JsonObject { ["parent"] = original.Id.ToString("D") } }, None);
        var article = await Store.Items.Save(NewItem("article") with { AssetId = mosaic }, None);
        var (other, _) = await Develop((await AddOriginal()).Id);

        (await Store.Erasure.Traces(job, None)).ShouldNotBeEmpty();
        var erased = await Store.Erasure.Erase(Tenant, [original.Id], copies: false, None);
        erased.Unfinished.ShouldBeEmpty();
        erased.Jobs.ShouldBe([job, second], ignoreOrder: true);
        erased.Assets.ShouldBe([original.Id, made, mosaic], ignoreOrder: true);
        foreach (var id in erased.Jobs.Concat(erased.Assets)) (await Traces(id)).ShouldBeEmpty();

        (await Store.Items.Get(Tenant, "articles", "article", None))!.AssetId.ShouldBeNull();
        article.AssetId.ShouldBe(mosaic);
        (await Store.Items.Get(Tenant, "articles", "made", None)).ShouldBeNull();
        (await Store.Jobs.Get(Tenant, other, None)).ShouldNotBeNull();
        (await EventsOf(other)).ShouldNotBeEmpty();
        await Store.Assets.Buried(await Store.Assets.Doomed(100, None), None);
        (await Submit(Draft((await AddOriginal()).Id) with { ContentKey = "shared-work" })).Kind.ShouldBe(SubmissionKind.Enqueued, "a result that was erased answers nobody");
    }

    // What the janitor has still to delete names the bytes, and is no trace once it has.
    async Task<IReadOnlyList<string>> Traces(Guid id) => [.. (await Store.Erasure.Traces(id, None)).Where(place => place != "doomed.object_key")];

    [SkippableFact]
    public async Task What_a_service_gave_is_erased_with_its_job_and_what_it_took_stays_in_the_books()
    {
        var original = await AddOriginal();
        await Submit(Draft(original.Id));
        var claimed = await ClaimOne();
        var call = new NewCall(new StepTicket(Tenant, claimed.Job.Id, claimed.Lease, 0), "gemini", 0.5m, new CallLimits(), MayRepeat: false);
        var number = (await Store.Calls.Begin(call, None)).ShouldBeOfType<CallPermit.Granted>().Number;
        await Store.Calls.Answer(number, new CallReply($"processed/{claimed.Job.Id}-reply.bin", "gemini", 0.4m, null), None);
        await Settle(claimed, new Ending.Failed(Oops));
        await Store.Erasure.Erase(Tenant, [original.Id], copies: false, None);
        (await Traces(claimed.Job.Id)).ShouldBeEmpty();
        (await Store.Assets.Doomed(100, None)).ShouldContain($"processed/{claimed.Job.Id}-reply.bin");
        var today = DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime);
        (await Store.Calls.Spent(Tenant, today, today.AddDays(1), None)).Sum(day => day.Calls).ShouldBe(1);
    }

    [SkippableFact]
    public async Task What_a_service_gave_is_named_until_its_step_is_kept_and_goes_in_that_commit()
    {
        var (claimed, key) = await Answered();
        (await Store.Assets.Named([key], None)).Contains(key).ShouldBeTrue("no sweep may take what was paid for");
        await Store.Jobs.SaveCheckpoint(claimed.Job.Id, claimed.Lease, new Checkpoint(0, Output(claimed).Image, [], null), None);
        (await Store.Assets.Doomed(100, None)).ShouldContain(key);
        await Store.Assets.Buried([key], None);
        (await Store.Assets.Named([key], None)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task What_a_service_gave_goes_with_a_job_that_retention_lets_go()
    {
        var (claimed, key) = await Answered();
        await Settle(claimed, new Ending.Failed(Oops));
        await Store.Jobs.Prune(new PruneRequest { FinishedBefore = Time.GetUtcNow().AddDays(1) }, 100, None);
        (await Store.Assets.Doomed(100, None)).ShouldContain(key);
    }

    [SkippableFact]
    public async Task What_a_worker_put_away_in_the_moment_of_its_death_is_erased_though_nothing_names_it()
    {
        var original = await AddOriginal();
        await Submit(Draft(original.Id));
        var claimed = await ClaimOne();
        await Store.Calls.Begin(new NewCall(new StepTicket(Tenant, claimed.Job.Id, claimed.Lease, 0), "gemini", 0.5m, new CallLimits(), MayRepeat: false), None);
        await Settle(claimed, new Ending.Failed(Oops));
        await Store.Erasure.Erase(Tenant, [original.Id], copies: false, None);
        (await Store.Assets.Doomed(100, None)).ShouldContain(ObjectKeys.Reply(claimed.Job.Id, claimed.Lease, 0));
    }

    // A call that gave something, of which nothing was made yet.
    async Task<(ClaimedJob Claimed, string Key)> Answered()
    {
        await Submit(Draft((await AddOriginal()).Id));
        var claimed = await ClaimOne();
        var key = ObjectKeys.Reply(claimed.Job.Id, claimed.Lease, 0);
        var call = new NewCall(new StepTicket(Tenant, claimed.Job.Id, claimed.Lease, 0), "gemini", 0.5m, new CallLimits(), MayRepeat: false);
        await Store.Calls.Answer((await Store.Calls.Begin(call, None)).ShouldBeOfType<CallPermit.Granted>().Number, new CallReply(key, "gemini", 0.4m, null), None);
        return (claimed, key);
    }

    [SkippableFact]
    public async Task Nothing_is_erased_while_a_job_of_it_has_not_ended()
    {
        var original = await AddOriginal();
        var waiting = await Submit(Draft(original.Id));
        (await Store.Erasure.Erase(Tenant, [original.Id], false, None)).Unfinished.ShouldBe([waiting.JobId]);
        (await Store.Assets.Get(Tenant, original.Id, None)).ShouldNotBeNull();
        await Store.Jobs.Cancel(Tenant, waiting.JobId, None);
        (await Store.Erasure.Erase("other", [original.Id], false, None)).Assets.ShouldBeEmpty();
        (await Store.Erasure.Erase(Tenant, [original.Id], false, None)).Jobs.ShouldBe([waiting.JobId]);
        (await Store.Assets.Get(Tenant, original.Id, None)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task Copies_of_the_same_bytes_go_only_where_that_is_asked_for()
    {
        var one = await AddOriginal();
        var two = one with { Id = Ids.New(Time), ObjectKey = "originals/two.jpg" };
        var theirs = one with { Id = Ids.New(Time), ObjectKey = "originals/theirs.jpg", Tenant = "other" };
        await Store.Assets.Add(two, None);
        await Store.Assets.Add(theirs, None);
        var (job, _) = await Develop(two.Id);
        (await Store.Erasure.Erase(Tenant, [one.Id], copies: true, None)).Jobs.ShouldBe([job]);
        (await Store.Assets.Get(Tenant, two.Id, None)).ShouldBeNull();
        (await Store.Assets.Get("other", theirs.Id, None)).ShouldBe(theirs);
    }

    [SkippableFact]
    public async Task An_erased_person_leaves_their_deeds_without_a_name()
    {
        var person = new User { Id = ana, Email = "ana@example.com", Name = "Ana", PasswordHash = "hash", Role = Role.Viewer, Tenant = Tenant, CreatedAt = Time.GetUtcNow() };
        await Store.Users.Add(person, None);
        await Store.Users.Begin(new Session(Ids.New(Time), ana, "sha", Time.GetUtcNow(), Time.GetUtcNow().AddHours(1)), "hash", None);
        await Store.Audit.Add(new AuditEntry(Time.GetUtcNow(), Tenant, new Actor(ActorKind.User, ana, "ana@example.com"), "queue.pause", "default", "192.0.2.7"), None);
        await AddEndpoint();
        var (job, _) = await Develop((await AddOriginal()).Id);
        await Watch(job, ana);
        await Store.Notices.Tell(None);

        (await Store.Erasure.ErasePerson("other", ana, None)).ShouldBeFalse();
        (await Store.Erasure.ErasePerson(Tenant, ana, None)).ShouldBeTrue();
        (await Store.Erasure.ErasePerson(Tenant, ana, None)).ShouldBeFalse();
        (await Store.Erasure.Traces(ana, None)).ShouldBeEmpty();
        (await Store.Users.FindSession("sha", None)).ShouldBeNull();
        var deed = (await Store.Audit.List(new AuditQuery(Tenant, null, null, null, 10), None)).Items.ShouldHaveSingleItem();
        (deed.Action, deed.Actor.Id, deed.Actor.Name, deed.Address).ShouldBe(("queue.pause", null, "erased", null));
    }

    async Task<(Guid Job, Guid Made)> Develop(Guid asset, string? contentKey = null)
    {
        var job = Draft(asset) with { ContentKey = contentKey };
        await Store.Jobs.Submit(new NewSubmission { Jobs = [job], Idempotency = new Idempotency(Tenant, $"{job.Id}", "same") }, None);
        var claimed = await ClaimOne();
        var output = Output(claimed);
        await Store.Jobs.SaveCheckpoint(job.Id, claimed.Lease, new Checkpoint(0, output.Image, [], null), None);
        await Complete(claimed, output);
        return (job.Id, output.AssetId);
    }
}
