using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>A job as the tables have it at one moment; its JSON is parsed later, off the writer's thread.</summary>
sealed class JobRow
{
    public const string Columns = """
        j.seq, j.id, j.tenant, j.queue, j.snapshot, j.asset, COALESCE(l.priority, r.priority, j.priority), j.batch, j.item, j.metadata, j.tags, j.created_at,
        CASE WHEN e.seq IS NOT NULL THEN e.state WHEN l.seq IS NOT NULL THEN 1 ELSE 0 END,
        COALESCE(e.run_at, l.run_at, r.run_at, j.run_at), COALESCE(e.started_at, l.started_at, r.started_at), e.finished_at,
        COALESCE(e.attempt, l.attempt, r.attempt, 0), COALESCE(e.crashes, l.crashes, r.crashes, 0), COALESCE(e.losses, l.losses, r.losses, 0),
        COALESCE(e.cost_micros, l.cost_micros, r.cost_micros, 0), COALESCE(e.progress, l.progress, 0), l.step, r.parked,
        COALESCE(e.error, l.error, r.error), e.outputs, e.data, COALESCE(e.steps, l.steps, r.steps),
        COALESCE(e.shared_with, (SELECT leader.id FROM jobs leader WHERE leader.seq = r.follows))
        """;

    public const string Joins = "LEFT JOIN endings e ON e.seq = j.seq LEFT JOIN leases l ON l.seq = j.seq LEFT JOIN ready r ON r.seq = j.seq";

    public required Job Plain { get; init; }
    string? metadata, tags, parked, error, outputs, data, steps;

    public static JobRow? Find(Connection db, Snapshots snapshots, long seq)
    {
        using var query = db.Use($"SELECT {Columns} FROM jobs j {Joins} WHERE j.seq = ?");
        return query.Bind(seq).Step() ? Read(query, db, snapshots) : null;
    }

    public static JobRow? Find(Connection db, Snapshots snapshots, string tenant, Guid id)
    {
        using var query = db.Use($"SELECT {Columns} FROM jobs j {Joins} WHERE j.id = ? AND j.tenant = ?");
        return query.Bind(id).Bind(tenant).Step() ? Read(query, db, snapshots) : null;
    }

    public static JobRow Read(Statement row, Connection db, Snapshots snapshots) => new()
    {
        Plain = ReadPlain(row, snapshots.Get(db, row.Long(4))),
        metadata = row.TextOrNull(9),
        tags = row.TextOrNull(10),
        parked = row.TextOrNull(22),
        error = row.TextOrNull(23),
        outputs = row.TextOrNull(24),
        data = row.TextOrNull(25),
        steps = row.TextOrNull(26),
    };

    static Job ReadPlain(Statement row, Pipeline pipeline) => new()
    {
        Seq = row.Long(0),
        Id = row.Guid(1),
        Tenant = row.Text(2),
        Queue = row.Text(3),
        Pipeline = pipeline,
        AssetId = row.Guid(5),
        Priority = row.Int(6),
        BatchId = row.GuidOrNull(7),
        ItemId = row.GuidOrNull(8),
        CreatedAt = row.Time(11),
        State = (JobState)row.Int(12),
        RunAt = row.Time(13),
        StartedAt = row.TimeOrNull(14),
        FinishedAt = row.TimeOrNull(15),
        Attempt = row.Int(16),
        Crashes = row.Int(17),
        Losses = row.Int(18),
        CostUsd = Costs.Usd(row.Long(19)),
        Progress = row.Double(20),
        Step = row.TextOrNull(21),
        SharedWith = row.GuidOrNull(27),
    };

    public Job ToJob() => metadata is null && tags is null && parked is null && error is null && outputs is null && data is null && steps is null
        ? Plain
        : Plain with
        {
            Metadata = RowJson.ReadObject(metadata),
            Tags = RowJson.ReadList<string>(tags),
            Parked = RowJson.Read<Parked>(parked),
            Error = RowJson.Read<JobError>(error),
            Outputs = RowJson.ReadList<Output>(outputs),
            Data = RowJson.ReadObject(data),
            Steps = RowJson.ReadList<StepRecord>(steps),
        };
}
