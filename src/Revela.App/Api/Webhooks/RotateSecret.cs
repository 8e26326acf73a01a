using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Webhooks;
using Revela.Core.Webhooks;

namespace Revela.App.Api.Webhooks;

/// <summary>POST /api/v1/webhooks/{id}/rotate: a new secret.</summary>
public static class RotateSecret
{
    [EndpointSummary("Give a webhook a new secret")]
    [EndpointDescription("Messages are signed with both, the new one first, until `old_secret_until`.")]
    [Refuses(404)]
    public static async Task<Ok<WebhookView>> Handle(Guid id, HttpContext http, IWebhookStore webhooks, WebhookOptions options, CancellationToken cancel)
    {
        var changed = await Rotate(http.Tenant(), id, webhooks, options, cancel);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(WebhookView.Of(changed, withSecret: true));
    }

    internal static async Task<WebhookEndpoint> Rotate(string tenant, Guid id, IWebhookStore webhooks, WebhookOptions options, CancellationToken cancel) =>
        await webhooks.Change(tenant, id, new WebhookChange { NewSecret = WebhookSignature.NewSecret(), OldGoodFor = options.RotateOver }, cancel) ?? throw Refusals.NotFound("webhook");
}
