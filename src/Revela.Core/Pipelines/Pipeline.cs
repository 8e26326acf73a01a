using System.Text.Json.Nodes;

namespace Revela.Core.Pipelines;

/// <summary>A named, ordered list of steps with the settings of its jobs, kept as data. A job stores the snapshot that it runs.</summary>
public sealed record Pipeline
{
    public required string Name { get; init; }
    public string? Description { get; init; }
    public required IReadOnlyList<Step> Steps { get; init; }
    public string Queue { get; init; } = Queues.Queue.Default;
    public int Priority { get; init; }

    /// <summary>Tries in all; errors of the run count, crashes, losses and outages do not.</summary>
    public int MaxAttempts { get; init; } = 3;
    public Backoff Backoff { get; init; } = new();

    /// <summary>Limit of one attempt.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a job waits for a store, storage or network that is away before it fails.</summary>
    public TimeSpan OutageDeadline { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>One operation with its options, inside a pipeline.</summary>
/// <param name="Engine">Who does it; null for the operation's default.</param>
/// <param name="From">The <c>as</c> of an earlier step, or <c>input</c>; null for the step before.</param>
/// <param name="As">Publishes this step's picture under a name.</param>
public sealed record Step(string Op, JsonObject Options, string? Engine = null, string? From = null, string? As = null)
{
    /// <summary>Who does it instead, in this order, where that engine cannot (<see cref="EngineChain"/>); null for nobody.</summary>
    public IReadOnlyList<string>? Instead { get; init; }
}

/// <summary>Waits 2, 4, 8 s … by default, each ± jitter, so that failures do not come back in step.</summary>
public sealed record Backoff
{
    public TimeSpan First { get; init; } = TimeSpan.FromSeconds(2);
    public double Factor { get; init; } = 2;

    /// <summary>Share of the wait that is random, 0–1.</summary>
    public double Jitter { get; init; } = 0.1;
    public TimeSpan Max { get; init; } = TimeSpan.FromHours(1);

    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="random">In 0–1.</param>
    public TimeSpan After(int attempt, double random)
    {
        var seconds = Math.Min(First.TotalSeconds * Math.Pow(Factor, attempt - 1), Max.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (1 + Jitter * (2 * random - 1)));
    }
}
