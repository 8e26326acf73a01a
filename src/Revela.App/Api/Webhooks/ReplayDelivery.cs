using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Webhooks;

namespace Revela.App.Api.Webhooks;

/// <summary>POST /api/v1/webhooks/deliveries/{id}/replay: sends a message again.</summary>
public static class ReplayDelivery
{
    [EndpointSummary("Send a delivery again")]
    [EndpointDescription("Under the same id and by a new schedule; one that is still on its way stays as it is.")]
    [Refuses(404, 409)]
    public static async Task<Accepted<DeliveryView>> Handle(Guid id, HttpContext http, IWebhookStore webhooks, IDeliveryStore deliveries, CancellationToken cancel)
    {
        var delivery = await deliveries.Get(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("delivery");
        if (delivery.Endpoint is { } endpoint && await webhooks.Get(http.Tenant(), endpoint, cancel) is not { DisabledAt: null })
            throw Refusals.WrongState("The webhook is disabled.");
        var again = await deliveries.Replay(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("delivery");
        return TypedResults.Accepted((string?)null, DeliveryView.Of(again));
    }
}
