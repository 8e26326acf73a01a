using Microsoft.Extensions.Logging.Abstractions;
using Revela.Core;
using Revela.Core.Events;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Notices;
using Revela.Core.Webhooks;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

public abstract partial class RowStoreConformance
{
    static readonly TimeSpan HeldFor = TimeSpan.FromSeconds(30), FiveDays = TimeSpan.FromDays(5);

    [SkippableFact]
    public async Task An_endpoint_reads_as_it_was_added_and_changed_and_only_for_its_tenant()
    {
        var added = await AddEndpoint();
        Same((await Store.Webhooks.Get(Tenant, added.Id, None))!, added);
        (await Store.Webhooks.Get("other", added.Id, None)).ShouldBeNull();
        (await Store.Webhooks.Change("other", added.Id, new WebhookChange { Disabled = true }, None)).ShouldBeNull();
        var secret = WebhookSignature.NewSecret();
        var changed = await Store.Webhooks.Change(Tenant, added.Id, new WebhookChange { Url = "https://b.example.com/", Events = [EventTypes.Failed], NewSecret = secret, OldGoodFor = HeldFor }, None);
        var read = (await Store.Webhooks.List(Tenant, None)).ShouldHaveSingleItem();
        Same(read, changed!);
        read.Secrets(Time.GetUtcNow()).ShouldBe([secret, added.Secret]);
        read.Secrets(Time.GetUtcNow() + HeldFor).ShouldBe([secret]);
        (await Store.Webhooks.Remove("other", added.Id, None)).ShouldBeFalse();
        (await Store.Webhooks.Remove(Tenant, added.Id, None)).ShouldBeTrue();
        (await Store.Webhooks.List(null, None)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Each_event_becomes_one_message_to_each_endpoint_that_wants_it()
    {
        await Finish(await Submit());
        Time.Advance(TimeSpan.FromSeconds(1));
        var (wants, other) = (await AddEndpoint(), await AddEndpoint("other"));
        Time.Advance(TimeSpan.FromSeconds(1));
        var job = await Submit();
        await Finish(job);
        await WriteAll();
        await WriteAll();
        var written = (await Deliveries()).ShouldHaveSingleItem();
        (written.Endpoint, written.JobId, written.Type, written.State, written.NextAt).ShouldBe((wants.Id, job.JobId, EventTypes.Completed, DeliveryState.Pending, Time.GetUtcNow()));
        written.Body.ShouldContain($"\"job_id\":\"{job.JobId}\"");
        (await Store.Deliveries.List(new DeliveryQuery("other", null, null, null, null, 10), None)).Items.ShouldBeEmpty();
        (await Store.Deliveries.Get("other", written.Id, None)).ShouldBeNull();
        other.Id.ShouldNotBe(wants.Id);
    }

    [SkippableFact]
    public async Task A_promised_callback_is_written_when_its_job_has_ended_and_forgotten_without_one()
    {
        var job = Draft();
        await Store.Webhooks.AddCallbacks([NewCallback(job.Id), NewCallback(Ids.New(Time))], None);
        await Submit(job);
        await WriteAll();
        (await Deliveries()).ShouldBeEmpty();
        await Finish(null);
        await WriteAll();
        var written = (await Deliveries()).ShouldHaveSingleItem();
        (written.Endpoint, written.Url, written.JobId).ShouldBe((null, "https://c.example.com/done", job.Id));
        (await ClaimDeliveries()).ShouldHaveSingleItem().Secrets.ShouldBeEmpty();

        Time.Advance(Callback.KeepFor + TimeSpan.FromSeconds(1));
        await Finish(await Submit());
        await WriteAll();
        (await Store.Webhooks.HasCallbacks(None)).ShouldBeTrue("the job is there");
    }

    [SkippableFact]
    public async Task A_message_is_held_by_one_sender_until_its_lease_ends_and_a_late_one_writes_nothing()
    {
        await AddEndpoint();
        await WriteTo(1);
        var first = (await ClaimDeliveries()).ShouldHaveSingleItem();
        (await ClaimDeliveries()).ShouldBeEmpty();
        Time.Advance(HeldFor + TimeSpan.FromSeconds(1));
        var second = (await ClaimDeliveries()).ShouldHaveSingleItem();
        second.Lease.ShouldBeGreaterThan(first.Lease);
        second.Delivery.MessageId.ShouldBe(first.Delivery.MessageId);
        (await Answer(first, 200)).ShouldBeFalse();
        (await Answer(second, 200)).ShouldBeTrue();
        (await Answer(second, 200)).ShouldBeFalse();
        var done = (await Deliveries()).Single();
        (done.State, done.Tries, done.Status, done.FinishedAt).ShouldBe((DeliveryState.Delivered, 1, 200, Time.GetUtcNow()));
        (await Store.Deliveries.NextDue(None)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task A_failed_try_comes_back_in_its_time_with_its_log_and_one_that_is_over_by_hand_only()
    {
        await AddEndpoint();
        await WriteTo(1);
        var claimed = (await ClaimDeliveries()).Single();
        await Answer(claimed, 500);
        (await ClaimDeliveries()).ShouldBeEmpty();
        (await Store.Deliveries.NextDue(None)).ShouldBe(Time.GetUtcNow() + TimeSpan.FromSeconds(5));
        Time.Advance(TimeSpan.FromSeconds(5));
        var again = (await ClaimDeliveries()).ShouldHaveSingleItem();
        (again.Delivery.Id, again.Delivery.Tries).ShouldBe((claimed.Delivery.Id, 1));
        await Answer(again, 200);
        (await Store.Deliveries.Tries(claimed.Delivery.Id, None)).Select(made => (made.Status, made.Response)).ShouldBe([(500, "said"), (200, "said")]);

        (await Store.Deliveries.Replay("other", claimed.Delivery.Id, None)).ShouldBeNull();
        (await Store.Deliveries.Replay(Tenant, claimed.Delivery.Id, None))!.State.ShouldBe(DeliveryState.Pending);
        (await ClaimDeliveries()).ShouldHaveSingleItem().Delivery.MessageId.ShouldBe(claimed.Delivery.MessageId);
    }

    [SkippableFact]
    public async Task A_receiver_gets_few_at_a_time_and_one_that_asks_for_a_pause_holds_up_nobody_else()
    {
        var slow = await AddEndpoint();
        var other = await AddEndpoint(url: "https://other.example.com/");
        await WriteTo(6);
        var claimed = await Store.Deliveries.Claim(100, 2, HeldFor, None);
        claimed.GroupBy(one => one.Delivery.Endpoint).Select(lane => lane.Count()).ShouldBe([2, 2]);
        (await Store.Deliveries.Claim(100, 2, HeldFor, None)).ShouldBeEmpty();
        await Answer(claimed.First(one => one.Delivery.Endpoint == slow.Id), 429, TimeSpan.FromMinutes(1));
        await Answer(claimed.First(one => one.Delivery.Endpoint == other.Id), 200);
        (await Store.Deliveries.Claim(100, 2, HeldFor, None)).ShouldHaveSingleItem().Delivery.Endpoint.ShouldBe(other.Id);
    }

    [SkippableFact]
    public async Task Who_is_gone_is_disabled_at_once_and_who_takes_nothing_for_days_then_and_its_maker_is_told()
    {
        var (gone, failing) = (await AddEndpoint(), await AddEndpoint(url: "https://other.example.com/"));
        await WriteTo(3);
        foreach (var one in await ClaimDeliveries()) await Answer(one, one.Delivery.Endpoint == gone.Id ? 410 : 500);
        (await Store.Webhooks.Get(Tenant, gone.Id, None))!.DisabledFor.ShouldBe(DisableReason.Gone);
        (await Store.Webhooks.Get(Tenant, failing.Id, None))!.FailingSince.ShouldBe(Time.GetUtcNow());
        (await Deliveries()).Where(one => one.Endpoint == gone.Id).ShouldAllBe(one => one.State == DeliveryState.Failed);

        Time.Advance(FiveDays);
        await Answer((await Store.Deliveries.Claim(1, 1, HeldFor, None)).Single(), 500);
        (await Store.Webhooks.Get(Tenant, failing.Id, None))!.DisabledFor.ShouldBe(DisableReason.Failing);
        (await Deliveries()).ShouldAllBe(one => one.State == DeliveryState.Failed);
        var told = (await Store.Notices.List(new NoticeQuery(Tenant, ana, false, null, 10), None)).Items;
        told.Select(notice => (notice.Kind, notice.Data!["url"]!.ToString())).ShouldBe([(IDeliveryStore.DisabledNotice, failing.Url), (IDeliveryStore.DisabledNotice, gone.Url)]);

        await Store.Webhooks.Write(new NewDelivery(Ids.New(Time), Tenant, failing.Id, failing.Url, EventTypes.Completed, "{}", null), None);
        (await ClaimDeliveries()).ShouldBeEmpty("it was written while the endpoint was being disabled");
        (await Deliveries()).ShouldAllBe(one => one.State == DeliveryState.Failed);

        var enabled = await Store.Webhooks.Change(Tenant, failing.Id, new WebhookChange { Disabled = false }, None);
        (enabled!.DisabledAt, enabled.DisabledFor, enabled.FailingSince).ShouldBe((null, null, null));
    }

    async Task<WebhookEndpoint> AddEndpoint(string tenant = Tenant, string url = "https://a.example.com/hook")
    {
        var endpoint = new WebhookEndpoint
        {
            Id = Ids.New(Time),
            Tenant = tenant,
            Url = url,
            Description = "the shop",
            Events = [EventTypes.Completed],
            Secret = WebhookSignature.NewSecret(),
            CreatedAt = Time.GetUtcNow(),
            CreatedBy = ana,
        };
        await Store.Webhooks.Add(endpoint, None);
        return endpoint;
    }

    Callback NewCallback(Guid job) => new(job, Tenant, "https://c.example.com/done", Time.GetUtcNow());

    // Arrays are compared by what is in them.
    static void Same(WebhookEndpoint one, WebhookEndpoint other)
    {
        one.Secret.ShouldBe(other.Secret);
        one.OldSecret.ShouldBe(other.OldSecret);
        one.Events.ShouldBe(other.Events);
        (one with { Secret = other.Secret, OldSecret = other.OldSecret, Events = other.Events }).ShouldBe(other);
    }

    async Task WriteTo(int jobs)
    {
        for (var i = 0; i < jobs; i++) await Finish(await Submit());
        await WriteAll();
    }

    async Task Finish(Submitted? _) => await Complete(await ClaimOne());

    async Task WriteAll()
    {
        var options = new WorkerOptions();
        using var postman = new Postman(
            Store.Events, Store.Webhooks, Store.Signals, Store.Workers, WorkerIdentity.Of(options, Time), options, Time, NullLogger<Postman>.Instance);
        while (await postman.Write(None) > 0) { }
    }

    Task<IReadOnlyList<ClaimedDelivery>> ClaimDeliveries() => Store.Deliveries.Claim(100, 100, HeldFor, None);

    Task<bool> Answer(ClaimedDelivery claimed, int status, TimeSpan? retryAfter = null) => Store.Deliveries.Settle(
        DeliverySchedule.Judge(claimed, new DeliveryTry(Time.GetUtcNow(), TimeSpan.Zero, status, "said", null), retryAfter, claimed.Delivery.Tries + 1, 0.5, FiveDays), None);

    async Task<IReadOnlyList<Delivery>> Deliveries() => (await Store.Deliveries.List(new DeliveryQuery(Tenant, null, null, null, null, 100), None)).Items;
}
