using Revela.App.Accounts;
using Revela.Core.Webhooks;

namespace Revela.App.Dashboard.Webhooks;

/// <summary>GET /webhooks: who is told of events, and how the latest messages went.</summary>
public static class ShowWebhooks
{
    const int Latest = 10;

    public static Task<IResult> Handle(HttpContext http, IWebhookStore webhooks, IDeliveryStore deliveries, CancellationToken cancel) => With(http, webhooks, deliveries, fresh: null, cancel);

    /// <param name="fresh">A secret that was made or asked for now: shown this once.</param>
    internal static async Task<IResult> With(HttpContext http, IWebhookStore webhooks, IDeliveryStore deliveries, FreshSecret? fresh, CancellationToken cancel)
    {
        var latest = await deliveries.List(new DeliveryQuery(http.Tenant(), null, null, null, null, Latest), cancel);
        return Page.Of<WebhooksScreen, WebhooksContents>(new WebhooksContents(await webhooks.List(http.Tenant(), cancel), latest.Items, fresh));
    }
}

/// <param name="Endpoints">Oldest first.</param>
/// <param name="Latest">Newest first.</param>
public sealed record WebhooksContents(IReadOnlyList<WebhookEndpoint> Endpoints, IReadOnlyList<Delivery> Latest, FreshSecret? Fresh);

/// <param name="Of">Whose it is: an address; null for the callbacks of jobs.</param>
public sealed record FreshSecret(string? Of, string Secret);
