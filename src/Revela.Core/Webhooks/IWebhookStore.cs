using Revela.Core.Jobs;

namespace Revela.Core.Webhooks;

/// <summary>Who is told of events, and what was written to them.</summary>
public interface IWebhookStore
{
    Task Add(WebhookEndpoint endpoint, CancellationToken cancel);

    Task<WebhookEndpoint?> Get(string tenant, Guid id, CancellationToken cancel);

    /// <summary>Oldest first; of all tenants for null.</summary>
    Task<IReadOnlyList<WebhookEndpoint>> List(string? tenant, CancellationToken cancel);

    /// <summary>The endpoint as changed; null when unknown. What waits for one that is disabled fails.</summary>
    Task<WebhookEndpoint?> Change(string tenant, Guid id, WebhookChange change, CancellationToken cancel);

    /// <summary>Deletes an endpoint with its deliveries.</summary>
    Task<bool> Remove(string tenant, Guid id, CancellationToken cancel);

    /// <summary>Promises, before jobs are submitted, that an address is told when they have ended.</summary>
    Task AddCallbacks(IReadOnlyList<Callback> callbacks, CancellationToken cancel);

    /// <summary>The promises about these jobs.</summary>
    Task<IReadOnlyList<Callback>> Callbacks(IReadOnlyList<Guid> jobs, CancellationToken cancel);

    Task<bool> HasCallbacks(CancellationToken cancel);

    /// <summary>
    /// Keeps messages and notes that their reader of the events has come from one id to another, in one transaction. False, and nothing is kept,
    /// when it stands elsewhere by now: another process has written the same. Forgets what is too old.
    /// </summary>
    Task<bool> Write(string reader, long from, long to, IReadOnlyList<NewDelivery> deliveries, CancellationToken cancel);

    /// <summary>Keeps one message that no event led to.</summary>
    Task Write(NewDelivery delivery, CancellationToken cancel);
}

/// <summary>A promise to tell an address how a job ends.</summary>
public sealed record Callback(Guid JobId, string Tenant, string Url, DateTimeOffset MadeAt)
{
    /// <summary>How long a promise is kept whose job is not there.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromDays(7);
}

/// <summary>Messages on their way. Every write about a try carries the lease and changes nothing once that is gone.</summary>
public interface IDeliveryStore
{
    /// <summary>Leases messages that are due, oldest first within each receiver and at most <paramref name="perLane"/> at a time to one.</summary>
    Task<IReadOnlyList<ClaimedDelivery>> Claim(int max, int perLane, TimeSpan leaseFor, CancellationToken cancel);

    /// <summary>When the next message is due; null when none waits.</summary>
    Task<DateTimeOffset?> NextDue(CancellationToken cancel);

    /// <summary>
    /// Notes a try and what follows it, in one transaction with what it says of the endpoint; whoever made one that is disabled by it gets a notice of
    /// the kind <see cref="DisabledNotice"/>. False: the lease is gone, nothing was written.
    /// </summary>
    Task<bool> Settle(DeliveryOutcome outcome, CancellationToken cancel);

    Task<Delivery?> Get(string tenant, Guid id, CancellationToken cancel);

    /// <summary>Oldest first.</summary>
    Task<IReadOnlyList<DeliveryTry>> Tries(Guid id, CancellationToken cancel);

    /// <summary>Newest first.</summary>
    Task<Page<Delivery>> List(DeliveryQuery query, CancellationToken cancel);

    /// <summary>Sends a message that has ended again, under its id and by a new schedule. The delivery as it is then; null when unknown.</summary>
    Task<Delivery?> Replay(string tenant, Guid id, CancellationToken cancel);

    const string DisabledNotice = "webhook.disabled";
}
