using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Uploads;
using Revela.App.Webhooks;
using Revela.Core;
using Revela.Core.Events;
using Revela.Core.Webhooks;

namespace Revela.App.Api.Webhooks;

/// <summary>POST /api/v1/webhooks: an address that is told of events.</summary>
public static class AddWebhook
{
    [EndpointSummary("Add a webhook")]
    [EndpointDescription("Events are sent by Standard Webhooks 1.0.0, signed with the secret in this answer. Without `events` it is told of jobs that have ended.")]
    [Takes(typeof(WebhookBody), "application/json", """{"url": "https://shop.example.com/revela", "events": ["job.completed", "job.failed"]}""")]
    [ProducesResponseType<WebhookView>(201)]
    [Refuses(400, 413, 415, 422)]
    public static async Task<IResult> Handle(
        HttpContext http, IWebhookStore webhooks, WebhookClient client, AuditLog audit, UploadOptions limits, TimeProvider time, CancellationToken cancel)
    {
        var endpoint = await Add(http, await WebhookFields.Read(http.Request, client, limits, cancel), webhooks, audit, time, cancel);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(WebhookView.Of(endpoint, withSecret: true), RevelaJson.Options, statusCode: 201);
    }

    internal static async Task<WebhookEndpoint> Add(HttpContext http, WebhookFields fields, IWebhookStore webhooks, AuditLog audit, TimeProvider time, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var endpoint = new WebhookEndpoint
        {
            Id = Ids.New(time),
            Tenant = http.Tenant(),
            Url = fields.Url ?? throw Refusals.Invalid("'url' is missing."),
            Description = fields.Description,
            Events = fields.Events ?? EventTypes.Final,
            Secret = WebhookSignature.NewSecret(),
            CreatedAt = now,
            CreatedBy = http.Access().Actor.Id,
            DisabledAt = fields.Enabled == false ? now : null,
            DisabledFor = fields.Enabled == false ? DisableReason.ByHand : null,
        };
        await webhooks.Add(endpoint, cancel);
        await audit.Note(http, "webhook.add", endpoint.Id.ToString("D"));
        return endpoint;
    }
}
