using Npgsql;
using Revela.Core.Queues;

namespace Revela.Storage.Postgres;

/// <summary>How a queue's settings stand in its row.</summary>
static class QueueRows
{
    public const string Columns = "name, paused, concurrency, global_limit, rate_limit, rate_period, min_gap, keep_completed, keep_failed, keep_for";

    public static Queue Read(Row row) => new()
    {
        Name = row.Text(),
        Paused = row.Bool(),
        Concurrency = row.IntOrNull(),
        GlobalLimit = row.IntOrNull(),
        RateLimit = row.IntOrNull(),
        RatePeriod = Micros.Span(row.Long()),
        MinGap = Micros.Span(row.Long()),
        KeepCompleted = row.IntOrNull(),
        KeepFailed = row.IntOrNull(),
        KeepFor = row.LongOrNull() is { } micros ? Micros.Span(micros) : null,
    };

    /// <param name="onlyNew">Leaves settings alone that were given before.</param>
    public static NpgsqlBatchCommand Write(Queue queue, bool onlyNew) => Sql.Of($"""
        INSERT INTO revela.queues ({Columns}, configured) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, true)
        ON CONFLICT (name) DO UPDATE SET configured = true, paused = $2, concurrency = $3, global_limit = $4, rate_limit = $5,
            rate_period = $6, min_gap = $7, keep_completed = $8, keep_failed = $9, keep_for = $10
        {(onlyNew ? "WHERE NOT queues.configured" : "")}
        """).Bind(queue.Name).Bind(queue.Paused).Bind(queue.Concurrency).Bind(queue.GlobalLimit).Bind(queue.RateLimit).Bind(Micros.Of(queue.RatePeriod))
        .Bind(Micros.Of(queue.MinGap)).Bind(queue.KeepCompleted).Bind(queue.KeepFailed).Bind(queue.KeepFor is { } kept ? Micros.Of(kept) : (long?)null);
}
