using Npgsql;
using Revela.Core.Assets;
using Revela.Core.Items;
using Revela.Core.Jobs;
using Revela.Storage.Postgres.Jobs;

namespace Revela.Storage.Postgres;

/// <summary>The tables that rows are added to in number, column by column.</summary>
static class Tables
{
    public static readonly Table<JobRecord> Jobs = new Table<JobRecord>("jobs")
        .Column("seq", r => r.Job.Seq).Column("id", r => r.Job.Id).Column("tenant", r => r.Job.Tenant).Column("queue", r => r.Job.Queue)
        .Column("asset", r => r.Job.Asset).Column("batch", r => r.Job.Batch).Column("item", r => r.Job.Item).Column("work", r => r.Job.Work)
        .Column("pipeline", r => r.Pipeline).Column("snapshot", r => r.Snapshot).Column("priority", r => r.Priority)
        .Column("metadata", r => r.Metadata).Column("tags", r => r.Tags, "jsonb").Column("megabytes", r => r.Megabytes).Column("cost", r => r.Cost)
        .Column("created_at", r => r.CreatedAt).Column("run_at", r => r.RunAt);

    public static readonly Table<Waiting> Ready = new Table<Waiting>("ready")
        .Column("seq", r => r.Job.Seq).Column("job", r => r.Job.Id).Column("tenant", r => r.Job.Tenant).Column("queue", r => r.Job.Queue)
        .Column("asset", r => r.Job.Asset).Column("batch", r => r.Job.Batch).Column("item", r => r.Job.Item).Column("work", r => r.Job.Work)
        .Column("gate", r => (int)r.Gate).Column("due", r => r.Due).Column("parked", r => r.Parked).Column("follows", r => r.Follows)
        .Column("priority", r => r.Carried.Priority).Column("fair", r => r.Carried.Fair).Column("run_at", r => r.Carried.RunAt)
        .Column("megabytes", r => r.Carried.Megabytes).Column("bytes", r => r.Carried.Bytes).Column("attempt", r => r.Carried.Attempt)
        .Column("crashes", r => r.Carried.Crashes).Column("losses", r => r.Carried.Losses).Column("outage_since", r => r.Carried.OutageSince)
        .Column("started_at", r => r.Carried.StartedAt).Column("error", r => r.Carried.Error).Column("steps", r => r.Carried.Steps)
        .Column("cost_micros", r => r.Carried.CostMicros).Column("alone", r => r.Carried.Alone);

    public static readonly Table<EndingRow> Endings = new Table<EndingRow>("endings")
        .Column("seq", r => r.Job.Seq).Column("state", r => (int)r.State).Column("queue", r => r.Job.Queue).Column("finished_at", r => r.FinishedAt)
        .Column("started_at", r => r.Carried.StartedAt).Column("run_at", r => r.Carried.RunAt).Column("attempt", r => r.Carried.Attempt)
        .Column("crashes", r => r.Carried.Crashes).Column("losses", r => r.Carried.Losses).Column("cost_micros", r => r.Carried.CostMicros)
        .Column("progress", r => r.Progress).Column("error", r => r.Carried.Error).Column("outputs", r => r.Outputs).Column("data", r => r.Data)
        .Column("steps", r => r.Carried.Steps).Column("shared_with", r => r.SharedWith);

    public static readonly Table<Asset> Assets = new Table<Asset>("assets")
        .Column("id", r => r.Id).Column("tenant", r => r.Tenant).Column("object_key", r => r.ObjectKey).Column("content_type", r => r.ContentType)
        .Column("bytes", r => r.Bytes).Column("sha256", r => r.Sha256).Column("width", r => r.Width).Column("height", r => r.Height)
        .Column("frames", r => r.Frames).Column("file_name", r => Sql.Clean(r.FileName)).Column("parent", r => r.ParentId).Column("job", r => r.JobId)
        .Column("step", r => r.StepIndex).Column("name", r => r.Name).Column("created_at", r => r.CreatedAt)
        .Column("perceptual_hash", r => Quarters.Kept(r.PerceptualHash)).Column("colours", r => (int)r.Colours);

    public static readonly Table<NewItem> Items = new Table<NewItem>("items")
        .Column("id", r => r.Item.Id).Column("tenant", r => r.Item.Tenant).Column("collection", r => r.Item.Collection).Column("external_id", r => r.Item.ExternalId)
        .Column("metadata", r => RowJson.WriteObject(r.Item.Metadata)).Column("original", r => r.Item.OriginalId).Column("asset", r => r.Item.AssetId)
        .Column("job", r => r.Job).Column("created_at", r => Micros.Cut(r.Item.CreatedAt)).Column("updated_at", r => Micros.Cut(r.Item.UpdatedAt));

    public static readonly Table<EventRow> Events = new Table<EventRow>("events", ("event_id", Locks.Events))
        .Column("type", r => r.Type).Column("tenant", r => r.Job.Tenant).Column("job", r => r.Job.Id).Column("batch", r => r.Job.Batch)
        .Column("queue", r => r.Job.Queue).Column("at", r => r.At).Column("data", r => r.Data);

    public static readonly Table<KeyValuePair<string, Tally>> Ledger = new Table<KeyValuePair<string, Tally>>("ledger")
        .Column("queue", r => r.Key).Column("accepted", r => r.Value.Accepted).Column("completed", r => r.Value.Completed)
        .Column("failed", r => r.Value.Failed).Column("cancelled", r => r.Value.Cancelled).Column("pending", r => r.Value.Pending)
        .Column("processing", r => r.Value.Processing).Column("delayed", r => r.Value.Delayed).Column("parked", r => r.Value.Parked)
        .Column("waiting_bytes", r => r.Value.WaitingBytes).Column("pruned_completed", r => r.Value.PrunedCompleted)
        .Column("pruned_failed", r => r.Value.PrunedFailed).Column("pruned_cancelled", r => r.Value.PrunedCancelled)
        .Column("virtual_time", r => r.Value.VirtualTime).Column("last_end", r => r.Value.LastEnd);

    // The rows are locked in the order of their ids, so that two transactions never wait for each other.
    public static NpgsqlBatchCommand NoteLikenesses(IReadOnlyCollection<KeyValuePair<Guid, Likeness>> assets) => Sql.Of("""
        WITH change AS MATERIALIZED (
            SELECT a.number, c.hash, c.colours FROM unnest($1, $2, $3) AS c(id, hash, colours) JOIN revela.assets a ON a.id = c.id ORDER BY a.id FOR NO KEY UPDATE OF a
        )
        UPDATE revela.assets a SET perceptual_hash = c.hash, colours = c.colours FROM change c WHERE a.number = c.number
        """)
        .Bind(assets.Select(asset => asset.Key).ToArray()).Bind(assets.Select(asset => Quarters.Kept(asset.Value.Hash)!.Value).ToArray())
        .Bind(assets.Select(asset => (int)asset.Value.Colours).ToArray());

    // The rows come sorted, so that two transactions lock them in the same order.
    public static NpgsqlBatchCommand CountInBatches(IReadOnlyCollection<KeyValuePair<Guid, BatchTally>> batches) => Sql.Of("""
        WITH change AS MATERIALIZED (
            SELECT b.number, c.* FROM unnest($1, $2, $3, $4, $5) AS c(id, completed, failed, cancelled, cost_micros) JOIN revela.batches b ON b.id = c.id ORDER BY c.id FOR UPDATE OF b
        )
        UPDATE revela.batches b SET completed = b.completed + c.completed, failed = b.failed + c.failed, cancelled = b.cancelled + c.cancelled, cost_micros = b.cost_micros + c.cost_micros
        FROM change c WHERE b.number = c.number
        """)
        .Bind(batches.Select(b => b.Key).ToArray()).Bind(batches.Select(b => b.Value.Completed).ToArray())
        .Bind(batches.Select(b => b.Value.Failed).ToArray()).Bind(batches.Select(b => b.Value.Cancelled).ToArray())
        .Bind(batches.Select(b => b.Value.CostMicros).ToArray());
}

/// <summary>A job's record as it is written at its submission; tags are JSON, metadata too.</summary>
sealed record JobRecord(
    JobHead Job, string Pipeline, long Snapshot, int Priority, string? Metadata, string? Tags, int Megabytes, double Cost, DateTimeOffset CreatedAt, DateTimeOffset RunAt);

/// <summary>How a job ended; outputs and data are JSON.</summary>
sealed record EndingRow(
    JobHead Job, JobState State, DateTimeOffset FinishedAt, Carried Carried, double Progress, string? Outputs = null, string? Data = null, Guid? SharedWith = null);

/// <param name="Job">The job that it was made with.</param>
sealed record NewItem(Item Item, Guid? Job);

/// <param name="Data">JSON.</param>
sealed record EventRow(string Type, JobHead Job, DateTimeOffset At, string? Data);
