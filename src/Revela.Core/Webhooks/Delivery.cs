using System.Security.Cryptography;
using System.Text;

namespace Revela.Core.Webhooks;

/// <summary>A message to one address, kept until it has arrived or was given up. Its id is the same at every try, and when it is sent again by hand.</summary>
/// <param name="Endpoint">Null for a job's <c>callback_url</c>.</param>
/// <param name="Type">Of the event.</param>
/// <param name="Body">JSON, sent as it stands.</param>
public sealed record NewDelivery(Guid Id, string Tenant, Guid? Endpoint, string Url, string Type, string Body, Guid? JobId)
{
    /// <summary>Deliveries of a lane go to one receiver: when that is slow or throttles, only they wait.</summary>
    public Guid Lane => Endpoint ?? new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(new Uri(Url).GetLeftPart(UriPartial.Authority)))[..16]);
}

/// <param name="Tries">Made since it was written or sent again.</param>
/// <param name="NextAt">When it is tried next; null once it has ended.</param>
/// <param name="Status">Of the last answer; null when there was none.</param>
public sealed record Delivery(
    long Number, Guid Id, string Tenant, Guid? Endpoint, string Url, string Type, string Body, Guid? JobId, DeliveryState State, int Tries,
    DateTimeOffset CreatedAt, DateTimeOffset? NextAt, DateTimeOffset? FinishedAt, int? Status)
{
    /// <summary>The header <c>webhook-id</c>: receivers drop what they have had.</summary>
    public string MessageId => $"msg_{Id:N}";

    /// <summary>How long deliveries are kept once they have ended.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromDays(30);
}

public enum DeliveryState
{
    Pending,
    Delivered,

    /// <summary>Given up; may be sent again by hand.</summary>
    Failed,
}

/// <summary>One try.</summary>
/// <param name="Status">Null when no answer came.</param>
/// <param name="Response">The beginning of the answer's body.</param>
/// <param name="Error">Why no answer came; null when one did.</param>
public sealed record DeliveryTry(DateTimeOffset At, TimeSpan Took, int? Status, string? Response, string? Error);

/// <summary>A delivery in the hands of one sender until its lease ends; another takes it then, under a higher lease.</summary>
/// <param name="Secrets">To sign with; none for a callback, which the tenant's own secret signs.</param>
public sealed record ClaimedDelivery(Delivery Delivery, long Lease, IReadOnlyList<byte[]> Secrets);

/// <summary>How a try went, and what follows.</summary>
/// <param name="NextAt">The next try, while pending.</param>
/// <param name="HoldUntil">The receiver asked for a pause: nothing else goes to it before then.</param>
/// <param name="Gone">It wants no message any more.</param>
/// <param name="DisableAfter">How long an endpoint may fail before it is disabled.</param>
public sealed record DeliveryOutcome(
    Guid Id, long Lease, DeliveryTry Try, DeliveryState State, DateTimeOffset? NextAt, DateTimeOffset? HoldUntil, bool Gone, TimeSpan DisableAfter);

public sealed record DeliveryQuery(string Tenant, Guid? Endpoint, DeliveryState? State, Guid? JobId, string? Cursor, int Limit);
