namespace Revela.Storage.Postgres.Jobs;

/// <summary>What a waiting job waits for.</summary>
enum Gate
{
    /// <summary>Nothing: it may be claimed.</summary>
    Open = 0,

    /// <summary>Its time.</summary>
    Time = 1,

    /// <summary>Money, quota or a person; its time too, if one is given.</summary>
    Parked = 2,

    /// <summary>The identical job that it follows.</summary>
    Leader = 3,
}

/// <summary>A job that waits.</summary>
/// <param name="Parked">JSON.</param>
/// <param name="Follows">Number of the job whose work it shares; null when it runs itself.</param>
sealed record Waiting(JobHead Job, Gate Gate, DateTimeOffset? Due, string? Parked, long? Follows, Carried Carried)
{
    public const string Columns = $"{JobHead.Columns}, gate, due, parked, follows, {Carried.Columns}";

    /// <summary>Why a parked job waits, as the index has it.</summary>
    public static string Reason(string row) => $"({row}.parked::json ->> 'code')";

    public static Waiting Read(Row row) =>
        new(JobHead.Read(row), (Gate)row.Int(), row.TimeOrNull(), row.TextOrNull(), row.LongOrNull(), Carried.Read(row));

    /// <summary>In line: open, or until its <c>run_at</c> when that lies ahead.</summary>
    public static Waiting InLine(JobHead job, Carried carried, DateTimeOffset now)
    {
        var ahead = carried.RunAt > now;
        return new Waiting(job, ahead ? Gate.Time : Gate.Open, ahead ? carried.RunAt : null, null, null, carried);
    }
}

/// <summary>A job that runs. A row is found only by its lease id together with its job (law 3).</summary>
/// <param name="Limited">Its end may let a job of the same queue begin elsewhere.</param>
sealed record Leased(JobHead Job, long Lease, bool Limited, double Progress, string? Step, bool CancelRequested, Carried Carried)
{
    public const string Columns = $"{JobHead.Columns}, lease, limited, progress, step, cancel_requested, {Carried.Columns}";

    public static Leased Read(Row row) =>
        new(JobHead.Read(row), row.Long(), row.Bool(), row.Double(), row.TextOrNull(), row.Bool(), Carried.Read(row));
}
