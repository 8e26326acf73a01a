using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Uploads;
using Revela.App.Webhooks;
using Revela.Core.Webhooks;

namespace Revela.App.Api.Webhooks;

/// <summary>PATCH /api/v1/webhooks/{id}: address, events, or whether it is told at all.</summary>
public static class ChangeWebhook
{
    [EndpointSummary("Change a webhook")]
    [EndpointDescription("What is left out stays. Disabling gives up what waits for it; enabling begins anew with the next event.")]
    [Takes(typeof(WebhookBody), "application/json", """{"enabled": true}""")]
    [Refuses(400, 404, 413, 415, 422)]
    public static async Task<Ok<WebhookView>> Handle(
        Guid id, HttpContext http, IWebhookStore webhooks, WebhookClient client, UploadOptions limits, CancellationToken cancel)
    {
        var fields = await WebhookFields.Read(http.Request, client, limits, cancel);
        var change = new WebhookChange { Url = fields.Url, Description = fields.Description, Events = fields.Events, Disabled = !fields.Enabled };
        return TypedResults.Ok(WebhookView.Of(await webhooks.Change(http.Tenant(), id, change, cancel) ?? throw Refusals.NotFound("webhook")));
    }
}
