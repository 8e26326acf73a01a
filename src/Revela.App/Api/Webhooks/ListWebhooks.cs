using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Webhooks;

namespace Revela.App.Api.Webhooks;

/// <summary>GET /api/v1/webhooks.</summary>
public static class ListWebhooks
{
    [EndpointSummary("List webhooks")]
    [EndpointDescription("Without their secrets.")]
    [Refuses]
    public static async Task<Ok<WebhookList>> Handle(HttpContext http, IWebhookStore webhooks, CancellationToken cancel) =>
        TypedResults.Ok(new WebhookList([.. (await webhooks.List(http.Tenant(), cancel)).Select(endpoint => WebhookView.Of(endpoint))]));
}
