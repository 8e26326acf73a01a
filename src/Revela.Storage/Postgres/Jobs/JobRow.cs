using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>A job as the tables have it at one moment, without its pipeline.</summary>
/// <param name="Snapshot">Number of its pipeline's row.</param>
sealed record JobRow(long Seq, string Queue, long Snapshot, Func<Pipeline, Job> ToJob)
{
    public const string Columns = """
        j.seq, j.id, j.tenant, j.queue, j.snapshot, j.asset, COALESCE(l.priority, r.priority, j.priority), j.batch, j.item, j.metadata, j.tags, j.created_at,
        CASE WHEN e.seq IS NOT NULL THEN e.state WHEN l.seq IS NOT NULL THEN 1 ELSE 0 END,
        COALESCE(e.run_at, l.run_at, r.run_at, j.run_at), COALESCE(e.started_at, l.started_at, r.started_at), e.finished_at,
        COALESCE(e.attempt, l.attempt, r.attempt, 0), COALESCE(e.crashes, l.crashes, r.crashes, 0), COALESCE(e.losses, l.losses, r.losses, 0),
        COALESCE(e.cost_micros, l.cost_micros, r.cost_micros, 0), COALESCE(e.progress, l.progress, 0), l.step, r.parked,
        COALESCE(e.error, l.error, r.error), e.outputs, e.data, COALESCE(e.steps, l.steps, r.steps),
        COALESCE(e.shared_with, (SELECT leader.id FROM revela.jobs leader WHERE leader.seq = r.follows))
        """;

    public const string Joins = """
        LEFT JOIN revela.endings e ON e.seq = j.seq LEFT JOIN revela.leases l ON l.job = j.id LEFT JOIN revela.ready r ON r.seq = j.seq
        """;

    public static JobRow Read(Row row)
    {
        var (seq, id, tenant, queue, snapshot, asset, priority) = (row.Long(), row.Guid(), row.Text(), row.Text(), row.Long(), row.Guid(), row.Int());
        var (batch, item, metadata, tags, createdAt) = (row.GuidOrNull(), row.GuidOrNull(), row.TextOrNull(), row.TextOrNull(), row.Time());
        var (state, runAt, startedAt, finishedAt) = ((JobState)row.Int(), row.Time(), row.TimeOrNull(), row.TimeOrNull());
        var (attempt, crashes, losses, cost, progress) = (row.Int(), row.Int(), row.Int(), row.Long(), row.Double());
        var (step, parked, error, outputs, data, steps, sharedWith) =
            (row.TextOrNull(), row.TextOrNull(), row.TextOrNull(), row.TextOrNull(), row.TextOrNull(), row.TextOrNull(), row.GuidOrNull());
        return new JobRow(seq, queue, snapshot, pipeline => new Job
        {
            Id = id,
            Seq = seq,
            Tenant = tenant,
            Queue = queue,
            Pipeline = pipeline,
            State = state,
            AssetId = asset,
            Priority = priority,
            BatchId = batch,
            ItemId = item,
            Metadata = RowJson.ReadObject(metadata),
            Tags = RowJson.ReadList<string>(tags),
            Progress = progress,
            Step = step,
            Attempt = attempt,
            Crashes = crashes,
            Losses = losses,
            Parked = RowJson.Read<Parked>(parked),
            Error = RowJson.Read<JobError>(error),
            Outputs = RowJson.ReadList<Output>(outputs),
            Data = RowJson.ReadObject(data),
            Steps = RowJson.ReadList<StepRecord>(steps),
            CostUsd = Costs.Usd(cost),
            SharedWith = sharedWith,
            CreatedAt = createdAt,
            RunAt = runAt,
            StartedAt = startedAt,
            FinishedAt = finishedAt,
        });
    }
}
