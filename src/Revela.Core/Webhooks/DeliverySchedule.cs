namespace Revela.Core.Webhooks;

/// <summary>When a message is tried: at once and nine times more over three days, as Standard Webhooks proposes.</summary>
public static class DeliverySchedule
{
    const double Jitter = 0.1;

    static readonly TimeSpan LongestWait = TimeSpan.FromHours(24), ShortestHold = TimeSpan.FromSeconds(5), LongestHold = TimeSpan.FromHours(1);

    /// <summary>The pause before each try.</summary>
    public static IReadOnlyList<TimeSpan> Pauses { get; } =
    [
        TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>What follows a try.</summary>
    /// <param name="tries">Made, with this one.</param>
    /// <param name="retryAfter">What the receiver asked for; it may lengthen a pause, to a day at most, and never shortens one.</param>
    /// <param name="random">0 to 1: pauses are up to a tenth longer or shorter, so that messages do not come back in step.</param>
    public static DeliveryOutcome Judge(ClaimedDelivery claimed, DeliveryTry made, TimeSpan? retryAfter, int tries, double random, TimeSpan disableAfter)
    {
        var now = made.At + made.Took;
        var (id, lease) = (claimed.Delivery.Id, claimed.Lease);
        if (made.Status is >= 200 and < 300) return new(id, lease, made, DeliveryState.Delivered, null, null, false, disableAfter);
        if (made.Status == 410) return new(id, lease, made, DeliveryState.Failed, null, null, Gone: true, disableAfter);

        DateTimeOffset? hold = made.Status is 429 or 502 or 503 or 504 ? now + Clamp(retryAfter ?? ShortestHold, ShortestHold, LongestHold) : null;
        if (tries >= Pauses.Count) return new(id, lease, made, DeliveryState.Failed, null, hold, false, disableAfter);
        var pause = Pauses[tries] * (1 + Jitter * (2 * random - 1));
        if (retryAfter is { } asked && asked > pause) pause = Clamp(asked, TimeSpan.Zero, LongestWait);
        return new(id, lease, made, DeliveryState.Pending, now + pause, hold, false, disableAfter);
    }

    static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) => value < least ? least : value > most ? most : value;
}
