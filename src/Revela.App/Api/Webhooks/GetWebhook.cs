using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Webhooks;

namespace Revela.App.Api.Webhooks;

/// <summary>GET /api/v1/webhooks/{id}.</summary>
public static class GetWebhook
{
    [EndpointSummary("Read a webhook")]
    [Refuses(404)]
    public static async Task<Ok<WebhookView>> Handle(Guid id, HttpContext http, IWebhookStore webhooks, CancellationToken cancel) =>
        TypedResults.Ok(WebhookView.Of(await webhooks.Get(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("webhook")));
}
