using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Webhooks;

namespace Revela.App.Api.Webhooks;

/// <summary>GET /api/v1/webhooks/deliveries: what was written to whom, and how it went.</summary>
public static class ListDeliveries
{
    [EndpointSummary("List deliveries")]
    [EndpointDescription("Newest first, of webhooks and of callbacks; `webhook_id`, `job_id` and `state` choose among them. Kept for 30 days after their end.")]
    [Refuses(400)]
    public static async Task<Ok<DeliveryPage>> Handle(
        [FromQuery(Name = "webhook_id")] Guid? webhookId, [FromQuery(Name = "job_id")] Guid? jobId, string? state, string? cursor, int? limit, HttpContext http, IDeliveryStore deliveries, CancellationToken cancel)
    {
        var page = await deliveries.List(new DeliveryQuery(http.Tenant(), webhookId, Read(state), jobId, cursor, Refusals.PageSize(limit)), cancel);
        return TypedResults.Ok(new DeliveryPage([.. page.Items.Select(DeliveryView.Of)], page.Next));
    }

    static DeliveryState? Read(string? state) => state switch
    {
        null => null,
        "pending" => DeliveryState.Pending,
        "delivered" => DeliveryState.Delivered,
        "failed" => DeliveryState.Failed,
        _ => throw Refusals.Invalid("'state' must be pending, delivered or failed."),
    };
}
