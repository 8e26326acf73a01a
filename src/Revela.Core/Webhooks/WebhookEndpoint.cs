using Revela.Core.Events;

namespace Revela.Core.Webhooks;

/// <summary>An address of another application that is told of events, by Standard Webhooks 1.0.0.</summary>
public sealed record WebhookEndpoint
{
    public required Guid Id { get; init; }
    public required string Tenant { get; init; }
    public required string Url { get; init; }
    public string? Description { get; init; }

    /// <summary>Types of events that it is told of; see <see cref="EventTypes.All"/>.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>Messages are signed with it: 32 random bytes.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>The secret before it, which messages are signed with too until a time, so that receivers can change over; null when there is none.</summary>
    public byte[]? OldSecret { get; init; }
    public DateTimeOffset? OldSecretUntil { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The person or the key that is told when it is disabled.</summary>
    public Guid? CreatedBy { get; init; }

    /// <summary>Nothing is sent from then on; null while it is.</summary>
    public DateTimeOffset? DisabledAt { get; init; }
    public DisableReason? DisabledFor { get; init; }

    /// <summary>Since when no message has arrived; null when the last one did.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    public bool Wants(JobEvent happened) =>
        DisabledAt is null && Tenant == happened.Tenant && happened.At >= CreatedAt && Events.Contains(happened.Type);

    /// <summary>The newest secret first.</summary>
    public IReadOnlyList<byte[]> Secrets(DateTimeOffset now) => OldSecret is { } old && OldSecretUntil > now ? [Secret, old] : [Secret];

    /// <summary>The endpoint when a message has been tried: who answers 410 is disabled at once, who answers nothing good for too long then.</summary>
    public WebhookEndpoint After(DeliveryOutcome outcome, DateTimeOffset now)
    {
        if (outcome.State == DeliveryState.Delivered) return this with { FailingSince = null };
        var since = FailingSince ?? now;
        if (DisabledAt is not null) return this with { FailingSince = since };
        if (outcome.Gone) return this with { FailingSince = since, DisabledAt = now, DisabledFor = DisableReason.Gone };
        return now - since >= outcome.DisableAfter
            ? this with { FailingSince = since, DisabledAt = now, DisabledFor = DisableReason.Failing }
            : this with { FailingSince = since };
    }
}

public enum DisableReason
{
    ByHand,

    /// <summary>It answered 410.</summary>
    Gone,

    /// <summary>It took nothing for days.</summary>
    Failing,
}

/// <summary>What to change of an endpoint; null leaves as it is.</summary>
public sealed record WebhookChange
{
    public string? Url { get; init; }
    public string? Description { get; init; }
    public IReadOnlyList<string>? Events { get; init; }
    public bool? Disabled { get; init; }

    /// <summary>Takes the place of the secret, which stays good for <see cref="OldGoodFor"/>.</summary>
    public byte[]? NewSecret { get; init; }
    public TimeSpan OldGoodFor { get; init; }

    public WebhookEndpoint Apply(WebhookEndpoint endpoint, DateTimeOffset now) => endpoint with
    {
        Url = Url ?? endpoint.Url,
        Description = Description ?? endpoint.Description,
        Events = Events ?? endpoint.Events,
        Secret = NewSecret ?? endpoint.Secret,
        OldSecret = NewSecret is null ? endpoint.OldSecret : endpoint.Secret,
        OldSecretUntil = NewSecret is null ? endpoint.OldSecretUntil : now + OldGoodFor,
        DisabledAt = Disabled switch { null => endpoint.DisabledAt, true => endpoint.DisabledAt ?? now, false => null },
        DisabledFor = Disabled switch { null => endpoint.DisabledFor, true => endpoint.DisabledFor ?? DisableReason.ByHand, false => null },
        FailingSince = Disabled == false ? null : endpoint.FailingSince,
    };
}
