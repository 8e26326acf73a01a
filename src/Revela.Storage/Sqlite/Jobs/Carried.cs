namespace Revela.Storage.Sqlite.Jobs;

/// <summary>What an unfinished job takes along between waiting and running, so that its record is not rewritten; times in microseconds, money in millionths of a dollar.</summary>
record struct Carried
{
    public int Priority;

    /// <summary>Start tag of fair queueing: the place in the line, kept for good.</summary>
    public double Fair;
    public long RunAt;
    public int Megabytes;

    /// <summary>Bytes of the input that this job counts for while it waits; 0 when another waiting job counts them.</summary>
    public long Bytes;
    public int Attempt, Crashes, Losses;
    public long? OutageSince, StartedAt;
    public string? Error, Steps;
    public long CostMicros;


    /// <summary>Columns of both tables, in the order of <see cref="Read"/> and <see cref="Bind"/>.</summary>
    public const string Columns = "priority, fair, run_at, megabytes, bytes, attempt, crashes, losses, outage_since, started_at, error, steps, cost_micros";
    public const int Count = 13;

    public static Carried Read(Statement row, int first) => new()
    {
        Priority = row.Int(first),
        Fair = row.Double(first + 1),
        RunAt = row.Long(first + 2),
        Megabytes = row.Int(first + 3),
        Bytes = row.Long(first + 4),
        Attempt = row.Int(first + 5),
        Crashes = row.Int(first + 6),
        Losses = row.Int(first + 7),
        OutageSince = row.LongOrNull(first + 8),
        StartedAt = row.LongOrNull(first + 9),
        Error = row.TextOrNull(first + 10),
        Steps = row.TextOrNull(first + 11),
        CostMicros = row.Long(first + 12),
    };

    public readonly Statement Bind(Statement statement) => statement
        .Bind(Priority).Bind(Fair).Bind(RunAt).Bind(Megabytes).Bind(Bytes).Bind(Attempt).Bind(Crashes).Bind(Losses)
        .Bind(OutageSince).Bind(StartedAt).Bind(Error).Bind(Steps).Bind(CostMicros);
}
