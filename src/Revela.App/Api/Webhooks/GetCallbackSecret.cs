using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Webhooks;
using Revela.Core.Webhooks;

namespace Revela.App.Api.Webhooks;

/// <summary>GET /api/v1/webhooks/callback-secret: what callbacks are signed with.</summary>
public static class GetCallbackSecret
{
    [EndpointSummary("Read the secret of callbacks")]
    [EndpointDescription("Messages to the `callback_url` of this tenant's jobs are signed with it.")]
    [Refuses]
    public static async Task<Ok<CallbackSecretView>> Handle(HttpContext http, WebhookClient client, CancellationToken cancel)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new CallbackSecretView(WebhookSignature.Spell(await client.CallbackSecret(http.Tenant(), cancel))));
    }
}
