using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Webhooks;

namespace Revela.App.Api.Webhooks;

/// <summary>DELETE /api/v1/webhooks/{id}.</summary>
public static class RemoveWebhook
{
    [EndpointSummary("Remove a webhook")]
    [EndpointDescription("With its deliveries.")]
    [Refuses(404)]
    public static async Task<NoContent> Handle(Guid id, HttpContext http, IWebhookStore webhooks, CancellationToken cancel) =>
        await webhooks.Remove(http.Tenant(), id, cancel) ? TypedResults.NoContent() : throw Refusals.NotFound("webhook");
}
