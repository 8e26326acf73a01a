namespace Revela.Storage.Postgres.Jobs;

/// <summary>What an unfinished job takes along between waiting and running, so that its record is not rewritten; money in millionths of a dollar.</summary>
readonly record struct Carried
{
    public int Priority { get; init; }

    /// <summary>Start tag of fair queueing: the place in the line, kept for good.</summary>
    public double Fair { get; init; }
    public DateTimeOffset RunAt { get; init; }
    public int Megabytes { get; init; }

    /// <summary>Bytes of the input that this job counts for while it waits; 0 when another waiting job counts them.</summary>
    public long Bytes { get; init; }
    public int Attempt { get; init; }
    public int Crashes { get; init; }
    public int Losses { get; init; }
    public DateTimeOffset? OutageSince { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public string? Error { get; init; }
    public string? Steps { get; init; }
    public long CostMicros { get; init; }

    /// <summary>No other job has had to do with the same work; its row stands for this one.</summary>
    public bool Alone { get; init; }

    public const string Columns = "priority, fair, run_at, megabytes, bytes, attempt, crashes, losses, outage_since, started_at, error, steps, cost_micros, alone";

    public static Carried Read(Row row) => new()
    {
        Priority = row.Int(),
        Fair = row.Double(),
        RunAt = row.Time(),
        Megabytes = row.Int(),
        Bytes = row.Long(),
        Attempt = row.Int(),
        Crashes = row.Int(),
        Losses = row.Int(),
        OutageSince = row.TimeOrNull(),
        StartedAt = row.TimeOrNull(),
        Error = row.TextOrNull(),
        Steps = row.TextOrNull(),
        CostMicros = row.Long(),
        Alone = row.Bool(),
    };
}
