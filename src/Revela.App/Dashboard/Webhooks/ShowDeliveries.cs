using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Webhooks;

namespace Revela.App.Dashboard.Webhooks;

/// <summary>GET /webhooks/deliveries and /webhooks/deliveries/{id}: what was written to whom, and how every try went.</summary>
public static class ShowDeliveries
{
    const int PageSize = 50;
    static readonly JsonSerializerOptions Indented = new(RevelaJson.Options) { WriteIndented = true };

    public static async Task<IResult> All(HttpContext http, IWebhookStore webhooks, IDeliveryStore deliveries, CancellationToken cancel)
    {
        var choice = DeliveryChoice.Of(http.Request.Query);
        var page = await deliveries.List(new DeliveryQuery(http.Tenant(), choice.Webhook, choice.State, choice.Job, choice.Cursor, PageSize), cancel);
        return Page.Of<DeliveriesScreen, DeliveriesContents>(new DeliveriesContents(choice, page, await webhooks.List(http.Tenant(), cancel)), visit => visit.Say("deliveries.title"));
    }

    public static async Task<IResult> One(Guid id, HttpContext http, IWebhookStore webhooks, IDeliveryStore deliveries, CancellationToken cancel)
    {
        var delivery = await deliveries.Get(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("delivery");
        var endpoint = delivery.Endpoint is { } told ? await webhooks.Get(http.Tenant(), told, cancel) : null;
        var mayReplay = delivery.State != DeliveryState.Pending && (delivery.Endpoint is null || endpoint is { DisabledAt: null });
        var contents = new DeliveryContents(delivery, await deliveries.Tries(id, cancel), JsonNode.Parse(delivery.Body)?.ToJsonString(Indented) ?? "", mayReplay);
        return Page.Of<DeliveryScreen, DeliveryContents>(contents, _ => delivery.Type);
    }
}

/// <summary>Which deliveries somebody looks at.</summary>
public sealed record DeliveryChoice(DeliveryState? State, Guid? Webhook, Guid? Job, string? Cursor)
{
    public bool IsAll => State is null && Webhook is null && Job is null;

    public static DeliveryChoice Of(IQueryCollection query) => new(
        Enum.GetValues<DeliveryState>().Cast<DeliveryState?>().FirstOrDefault(state => Spelled(state!.Value) == query["state"]),
        Guid.TryParse(query["webhook"], out var webhook) ? webhook : null, Guid.TryParse(query["job"], out var job) ? job : null, query["cursor"] is [{ Length: > 0 } cursor] ? cursor : null);

    public static string Spelled(DeliveryState state) => state.ToString().ToLowerInvariant();

    public string Address()
    {
        (string Name, string? Value)[] all = [("state", State is { } state ? Spelled(state) : null), ("webhook", Webhook?.ToString("D")), ("job", Job?.ToString("D")), ("cursor", Cursor)];
        return "/webhooks/deliveries" + QueryString.Create(all.Where(one => one.Value is not null).Select(one => KeyValuePair.Create(one.Name, one.Value)));
    }
}

public sealed record DeliveriesContents(DeliveryChoice Choice, Page<Delivery> Page, IReadOnlyList<WebhookEndpoint> Endpoints);

/// <param name="Tries">Oldest first.</param>
/// <param name="Body">As it was sent, laid out.</param>
/// <param name="MayReplay">It has ended, and its endpoint still takes messages.</param>
public sealed record DeliveryContents(Delivery Delivery, IReadOnlyList<DeliveryTry> Tries, string Body, bool MayReplay);
