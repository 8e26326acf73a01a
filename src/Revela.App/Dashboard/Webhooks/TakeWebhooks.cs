using System.Text.Json.Nodes;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.Webhooks;
using Revela.App.Webhooks;
using Revela.Core.Webhooks;

namespace Revela.App.Dashboard.Webhooks;

/// <summary>POST /webhooks and what is below it: what the API does, asked for by a form. Secrets are shown once, in the answer that makes them.</summary>
public static class TakeWebhooks
{
    public static async Task<IResult> Add(
        HttpContext http, IWebhookStore webhooks, IDeliveryStore deliveries, WebhookClient client, AuditLog audit, TimeProvider time, CancellationToken cancel)
    {
        var endpoint = await AddWebhook.Add(http, WebhookFields.Of(Body(http.Request.Form), client), webhooks, audit, time, cancel);
        return await ShowWebhooks.With(http, webhooks, deliveries, Fresh(endpoint), cancel);
    }

    public static async Task<IResult> Change(Guid id, HttpContext http, IWebhookStore webhooks, WebhookClient client, CancellationToken cancel)
    {
        var fields = WebhookFields.Of(Body(http.Request.Form), client);
        return await Changed(id, http, webhooks, new WebhookChange { Url = fields.Url, Description = fields.Description ?? "", Events = fields.Events }, "webhook.changed", cancel);
    }

    public static Task<IResult> Enable(Guid id, HttpContext http, IWebhookStore webhooks, CancellationToken cancel) =>
        Changed(id, http, webhooks, new WebhookChange { Disabled = false }, "webhook.enabled", cancel);

    public static Task<IResult> Disable(Guid id, HttpContext http, IWebhookStore webhooks, CancellationToken cancel) =>
        Changed(id, http, webhooks, new WebhookChange { Disabled = true }, "webhook.disabled", cancel);

    public static async Task<IResult> Test(Guid id, HttpContext http, IWebhookStore webhooks, IDeliveryStore deliveries, TimeProvider time, CancellationToken cancel)
    {
        var sent = await TestWebhook.Handle(id, http, webhooks, deliveries, time, cancel);
        return Answers.Go(http, $"/webhooks/deliveries/{sent.Value!.Id:D}", "webhook.tested");
    }

    public static async Task<IResult> Rotate(Guid id, HttpContext http, IWebhookStore webhooks, IDeliveryStore deliveries, WebhookOptions options, CancellationToken cancel) =>
        await ShowWebhooks.With(http, webhooks, deliveries, Fresh(await RotateSecret.Rotate(http.Tenant(), id, webhooks, options, cancel)), cancel);

    public static async Task<IResult> Delete(Guid id, HttpContext http, IWebhookStore webhooks, CancellationToken cancel)
    {
        await RemoveWebhook.Handle(id, http, webhooks, cancel);
        return Answers.Go(http, Places.Webhooks.Path, "webhook.deleted");
    }

    public static async Task<IResult> ShowCallbackSecret(HttpContext http, IWebhookStore webhooks, IDeliveryStore deliveries, WebhookClient client, CancellationToken cancel) =>
        await ShowWebhooks.With(http, webhooks, deliveries, new FreshSecret(null, WebhookSignature.Spell(await client.CallbackSecret(http.Tenant(), cancel))), cancel);

    public static async Task<IResult> Replay(Guid id, HttpContext http, IWebhookStore webhooks, IDeliveryStore deliveries, CancellationToken cancel)
    {
        await ReplayDelivery.Handle(id, http, webhooks, deliveries, cancel);
        return Answers.Go(http, $"/webhooks/deliveries/{id:D}", "webhook.replayed");
    }

    static async Task<IResult> Changed(Guid id, HttpContext http, IWebhookStore webhooks, WebhookChange change, string told, CancellationToken cancel)
    {
        var endpoint = await webhooks.Change(http.Tenant(), id, change, cancel) ?? throw Refusals.NotFound("webhook");
        return Answers.Go(http, Places.Webhooks.Path, told, endpoint.Url);
    }

    static FreshSecret Fresh(WebhookEndpoint endpoint) => new(endpoint.Url, WebhookSignature.Spell(endpoint.Secret));

    // As the API takes it; a form without any event names none, which is refused there.
    static JsonObject Body(IFormCollection form) => new()
    {
        ["url"] = Text(form["url"]),
        ["description"] = Text(form["description"]),
        ["events"] = new JsonArray([.. form["events"].Select(type => JsonValue.Create(type))]),
    };

    static string? Text(string? field) => field?.Trim() is { Length: > 0 } text ? text : null;
}
