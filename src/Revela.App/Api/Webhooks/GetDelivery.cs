using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Webhooks;

namespace Revela.App.Api.Webhooks;

/// <summary>GET /api/v1/webhooks/deliveries/{id}: one message with every try.</summary>
public static class GetDelivery
{
    [EndpointSummary("Read a delivery with its log")]
    [Refuses(404)]
    public static async Task<Ok<DeliveryDetailView>> Handle(Guid id, HttpContext http, IDeliveryStore deliveries, CancellationToken cancel)
    {
        var delivery = await deliveries.Get(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("delivery");
        return TypedResults.Ok(DeliveryDetailView.Of(delivery, await deliveries.Tries(id, cancel)));
    }
}
