using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core;
using Revela.Core.Webhooks;

namespace Revela.App.Api.Webhooks;

/// <summary>POST /api/v1/webhooks/{id}/test: sends a message about nothing.</summary>
public static class TestWebhook
{
    const string Type = "webhook.test";

    [EndpointSummary("Send a test message")]
    [EndpointDescription("Of the type `webhook.test`, by the same way and schedule as all others.")]
    [Refuses(404, 409)]
    public static async Task<Accepted<DeliveryView>> Handle(
        Guid id, HttpContext http, IWebhookStore webhooks, IDeliveryStore deliveries, TimeProvider time, CancellationToken cancel)
    {
        var endpoint = await webhooks.Get(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("webhook");
        if (endpoint.DisabledAt is not null) throw Refusals.WrongState("The webhook is disabled.");
        var body = JsonSerializer.Serialize(new { Type, Timestamp = time.GetUtcNow(), Data = new { WebhookId = id } }, RevelaJson.Options);
        var delivery = new NewDelivery(Ids.New(time), endpoint.Tenant, id, endpoint.Url, Type, body, null);
        await webhooks.Write(delivery, cancel);
        return TypedResults.Accepted((string?)null, DeliveryView.Of((await deliveries.Get(endpoint.Tenant, delivery.Id, cancel))!));
    }
}
