using System.Net;
using Revela.App.Webhooks;
using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Webhooks;
using Revela.Tests.App.Webhooks;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Dashboard;

/// <summary>The pages about other applications that are told of events.</summary>
public sealed class WebhookPagesTests : IAsyncLifetime
{
    Receiver receiver = null!;
    LiveServer live = null!;

    public async Task InitializeAsync()
    {
        receiver = await Receiver.Start();
        live = await LiveServer.Start(options => options with { Webhooks = new WebhookOptions { PrivateHosts = ["127.0.0.1"] } });
    }

    public async Task DisposeAsync()
    {
        await live.DisposeAsync();
        await receiver.DisposeAsync();
    }

    [Fact]
    public async Task An_endpoint_is_added_tested_changed_disabled_and_deleted()
    {
        using var browser = await Browser.SignedIn(live, Role.Admin);
        (await browser.Load("/webhooks")).ShouldContain("Nobody else is told yet");
        await browser.Send("/webhooks", ("url", $"{receiver.Address}/hook"), ("description", "the shop"), ("events", "job.completed"), ("events", "job.failed"));
        var secret = browser.Html.Split("<code>")[1].Split("</code>")[0];
        secret.ShouldStartWith("whsec_");
        (await browser.Load("/webhooks")).ShouldNotContain(secret);
        browser.Html.ShouldContain("the shop");
        var id = (await Endpoint()).Id;

        (await browser.Do($"/webhooks/{id:D}/test")).ShouldContain("A test message is on its way.");
        var message = (await receiver.Has(1))[0];
        message.IsSignedWith(secret).ShouldBeTrue();
        await browser.Send($"/webhooks/{id:D}/rotate");
        browser.Html.Split("<code>")[1].Split("</code>")[0].ShouldNotBe(secret);
        browser.Html.ShouldContain("the old secret holds too");

        (await browser.Do($"/webhooks/{id:D}", ("url", $"{receiver.Address}/other"), ("description", ""), ("events", "job.cancelled"))).ShouldContain("was changed");
        var changed = await Endpoint();
        (changed.Url, changed.Description ?? "", changed.Events.Single()).ShouldBe(($"{receiver.Address}/other", "", "job.cancelled"));
        (await browser.Do($"/webhooks/{id:D}/disable")).ShouldContain($"action=\"/webhooks/{id:D}/enable\"");
        await browser.Send($"/webhooks/{id:D}/test");
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await browser.Do($"/webhooks/{id:D}/enable")).ShouldContain("is told from the next event on");
        (await browser.Do($"/webhooks/{id:D}/delete")).ShouldContain("The webhook is gone.");
        (await live.Part<IWebhookStore>().List(null, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_shows_what_every_try_met_and_is_sent_again()
    {
        receiver.Answer("/hook", Receiver.Status(410));
        using var browser = await Browser.SignedIn(live, Role.Admin);
        await browser.Load("/webhooks");
        await browser.Send("/webhooks", ("url", $"{receiver.Address}/hook"), ("events", "job.completed"));
        var job = await live.Develop(Pictures.New(), "grayscale");
        await receiver.Has(1);
        var delivery = await Settled();
        (await browser.Load("/webhooks/deliveries?state=failed")).ShouldContain($"/webhooks/deliveries/{delivery.Id:D}\"");
        (await browser.Load("/webhooks/deliveries?state=delivered")).ShouldNotContain($"/webhooks/deliveries/{delivery.Id:D}\"");
        (await browser.Load($"/webhooks/deliveries/{delivery.Id:D}")).ShouldContain("as told");
        browser.Html.ShouldContain(delivery.MessageId);
        browser.Html.ShouldContain($"/jobs/{job["id"]}\"");
        (await browser.Load("/webhooks")).ShouldContain("Gone: answered 410");

        await browser.Do($"/webhooks/{(await Endpoint()).Id:D}/enable");
        await browser.Load($"/webhooks/deliveries/{delivery.Id:D}");
        (await browser.Do($"/webhooks/deliveries/{delivery.Id:D}/replay")).ShouldContain("It is sent again.");
        (await receiver.Has(2))[1].Id.ShouldBe(delivery.MessageId);
        await browser.Load($"/webhooks/deliveries/{Guid.NewGuid():D}");
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_cannot_be_told_is_refused_and_nobody_else_may_look()
    {
        using var browser = await Browser.SignedIn(live, Role.Admin);
        await browser.Load("/webhooks");
        await browser.Send("/webhooks", ("url", "http://10.0.0.1/hook"), ("events", "job.completed"));
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await browser.Send("/webhooks", ("url", $"{receiver.Address}/hook"))).ShouldContain("'events' may hold");
        (await browser.Send("/webhooks/callbacks")).ShouldContain("whsec_");

        using var @operator = await Browser.SignedIn(live, Role.Operator);
        await @operator.Load("/webhooks");
        @operator.Answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var other = await Browser.SignedIn(live, Role.Admin, tenant: "shop");
        await other.Load("/webhooks");
        await live.Part<IWebhookStore>().Add(New(), default);
        await other.Send($"/webhooks/{(await Endpoint()).Id:D}/delete");
        other.Answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    static WebhookEndpoint New() => new()
    {
        Id = Ids.New(TimeProvider.System),
        Tenant = Revela.App.Accounts.KeyRing.DefaultTenant,
        Url = "https://shop.example.com/hook",
        Events = ["job.completed"],
        Secret = WebhookSignature.NewSecret(),
        CreatedAt = TimeProvider.System.GetUtcNow(),
    };

    async Task<WebhookEndpoint> Endpoint() => (await live.Part<IWebhookStore>().List(null, default)).ShouldHaveSingleItem();

    // The answer is written down a moment after it was given.
    async Task<Delivery> Settled()
    {
        var query = new DeliveryQuery(Revela.App.Accounts.KeyRing.DefaultTenant, null, DeliveryState.Failed, null, null, 10);
        return (await Eventually.Sees(() => live.Part<IDeliveryStore>().List(query, default), failed => failed.Items.Count == 1)).Items[0];
    }
}
