using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Revela.Core.Webhooks;

namespace Revela.App.Api.Views;

/// <summary>An address that is told of events.</summary>
/// <param name="FailingSince">Since when no message has arrived; null when the last one did.</param>
/// <param name="DisabledFor">By hand, because it answered 410 (gone), or because it took nothing for days (failing).</param>
/// <param name="OldSecretUntil">Until then messages are signed with the secret before this one, too.</param>
/// <param name="Secret">Only in the answer that makes it.</param>
public sealed record WebhookView(
    Guid Id, string Url, string? Description, IReadOnlyList<string> Events, bool Enabled, DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? FailingSince,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? DisabledAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DisableReason? DisabledFor,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? OldSecretUntil, string? Secret)
{
    public static WebhookView Of(WebhookEndpoint endpoint, bool withSecret = false) => new(
        endpoint.Id, endpoint.Url, endpoint.Description, endpoint.Events, endpoint.DisabledAt is null, endpoint.CreatedAt, endpoint.FailingSince,
        endpoint.DisabledAt, endpoint.DisabledFor, endpoint.OldSecretUntil, withSecret ? WebhookSignature.Spell(endpoint.Secret) : null);
}

public sealed record WebhookList(IReadOnlyList<WebhookView> Webhooks);

/// <param name="Secret">What the callbacks of this tenant's jobs are signed with.</param>
public sealed record CallbackSecretView(string Secret);

/// <summary>A message to one address.</summary>
/// <param name="WebhookId">Null for a job's <c>callback_url</c>.</param>
/// <param name="MessageId">The header <c>webhook-id</c>, the same at every try.</param>
/// <param name="Tries">Made since it was written or sent again.</param>
/// <param name="Status">Of the last answer; null when there was none.</param>
public sealed record DeliveryView(
    Guid Id, string MessageId, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Guid? WebhookId, string Url, string Type, DeliveryState State, int Tries,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Status,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? NextAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? FinishedAt, Guid? JobId)
{
    public static DeliveryView Of(Delivery delivery) => new(
        delivery.Id, delivery.MessageId, delivery.Endpoint, delivery.Url, delivery.Type, delivery.State, delivery.Tries, delivery.Status, delivery.CreatedAt, delivery.NextAt, delivery.FinishedAt, delivery.JobId);
}

/// <param name="Body">As it was sent.</param>
/// <param name="Log">Every try, oldest first.</param>
public sealed record DeliveryDetailView(DeliveryView Delivery, JsonNode? Body, IReadOnlyList<TryView> Log)
{
    public static DeliveryDetailView Of(Delivery delivery, IReadOnlyList<DeliveryTry> tries) =>
        new(DeliveryView.Of(delivery), JsonNode.Parse(delivery.Body), [.. tries.Select(made => TryView.Of(delivery, made))]);
}

/// <summary>One try: what was sent besides the body, and what came back.</summary>
/// <param name="Status">Null when no answer came.</param>
/// <param name="Response">The beginning of the answer's body.</param>
/// <param name="Error">Why no answer came.</param>
public sealed record TryView(
    DateTimeOffset At, double Seconds, IReadOnlyDictionary<string, string> Request,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Status, string? Response, string? Error)
{
    public static TryView Of(Delivery delivery, DeliveryTry made) => new(
        made.At, Math.Round(made.Took.TotalSeconds, 3),
        new Dictionary<string, string> { ["webhook-id"] = delivery.MessageId, ["webhook-timestamp"] = made.At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) },
        made.Status, made.Response, made.Error);
}

/// <summary>A page of deliveries, newest first.</summary>
/// <param name="Next">Cursor of the next page; null at the end.</param>
public sealed record DeliveryPage(IReadOnlyList<DeliveryView> Deliveries, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);
