using Revela.Core.Flow;

namespace Revela.Journeys.Kills;

/// <summary>One death: of which process, and when.</summary>
/// <param name="OfWorker">The second process dies instead of the server.</param>
/// <param name="Point">The process ends itself there; null for a kill from outside at a random moment.</param>
/// <param name="Nth">The point is reached so many times before.</param>
sealed record Kill(bool OfWorker, CrashPoint? Point, int Nth)
{
    /// <summary>Points on the way of one image; the second process reaches only those after the claim.</summary>
    static readonly CrashPoint[] OfEachJob = [CrashPoint.Claimed, CrashPoint.Developed, CrashPoint.ResultStored, CrashPoint.Settled];

    /// <summary>All that are reached without a broker.</summary>
    public static readonly IReadOnlyList<CrashPoint> Points = [.. Enum.GetValues<CrashPoint>().Except([CrashPoint.EventsSent, CrashPoint.WebhookSent])];

    /// <summary>Every point of the server at least once, the worker's too when there is room, the rest at random; in random order.</summary>
    public static IReadOnlyList<Kill> Plan(int count, Random random)
    {
        var plan = new List<Kill>();
        while (plan.Count < count * 6 / 10)
        {
            foreach (var point in Points) plan.Add(new Kill(false, point, Times(point, plan.Count >= 12, random)));
            if (plan.Count < count * 6 / 10) plan.AddRange(OfEachJob.Select(point => new Kill(true, point, random.Next(1, 6))));
        }
        while (plan.Count < count) plan.Add(new Kill(random.Next(3) == 0, null, 0));
        var shuffled = plan.ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }

    // What happens for each job is reached often; rescue and cleaning at once at each start and then only every few seconds.
    static int Times(CrashPoint point, bool vary, Random random) => point switch
    {
        CrashPoint.Rescued or CrashPoint.Pruned or CrashPoint.BytesDeleted => 1,
        CrashPoint.Checkpointed => vary ? random.Next(1, 3) : 1,
        _ => vary ? random.Next(1, 10) : 1,
    };

    public (string, string)[] Environment => Point is { } point ? [("REVELA_CRASH_AT", $"{(int)point}:{Nth}")] : [];

    public override string ToString() => $"{(OfWorker ? "worker" : "server")} {(Point is { } point ? $"at {point}, time {Nth}" : "at random")}";
}
