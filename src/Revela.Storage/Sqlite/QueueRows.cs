using Revela.Core.Queues;

namespace Revela.Storage.Sqlite;

/// <summary>How a queue's line stands in its row.</summary>
static class QueueRows
{
    const string Columns = """
        name, configured, paused, concurrency, global_limit, rate_limit, rate_period, min_gap, keep_completed, keep_failed, keep_for,
        accepted, completed, failed, cancelled, pending, processing, delayed, parked, waiting_bytes, pruned_completed, pruned_failed, pruned_cancelled,
        virtual_time, tokens, tokens_at, last_start, last_end
        """;

    public const string SelectAll = $"SELECT {Columns} FROM queues ORDER BY name";
    public const string SelectOne = $"SELECT {Columns} FROM queues WHERE name = ?";

    public static QueueLine Read(Statement row)
    {
        var settings = new Queue
        {
            Name = row.Text(0),
            Paused = row.Bool(2),
            Concurrency = row.IntOrNull(3),
            GlobalLimit = row.IntOrNull(4),
            RateLimit = row.IntOrNull(5),
            RatePeriod = Micros.Span(row.Long(6)),
            MinGap = Micros.Span(row.Long(7)),
            KeepCompleted = row.IntOrNull(8),
            KeepFailed = row.IntOrNull(9),
            KeepFor = row.LongOrNull(10) is { } micros ? Micros.Span(micros) : null,
        };
        var state = ReadState(row);
        return new QueueLine(settings, row.Bool(1)) { Now = state, Written = state };
    }

    static LineState ReadState(Statement row) => new()
    {
        Accepted = row.Long(11),
        Completed = row.Long(12),
        Failed = row.Long(13),
        Cancelled = row.Long(14),
        Pending = row.Long(15),
        Processing = row.Long(16),
        Delayed = row.Long(17),
        Parked = row.Long(18),
        WaitingBytes = row.Long(19),
        PrunedCompleted = row.Long(20),
        PrunedFailed = row.Long(21),
        PrunedCancelled = row.Long(22),
        VirtualTime = row.Double(23),
        Tokens = row.Double(24),
        TokensAt = row.Long(25),
        LastStart = row.Long(26),
        LastEnd = row.Long(27),
    };

    public static void WriteSettings(Connection connection, QueueLine line)
    {
        using var upsert = connection.Use($"""
            INSERT INTO queues ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
            ON CONFLICT (name) DO UPDATE SET configured = ?2, paused = ?3, concurrency = ?4, global_limit = ?5, rate_limit = ?6,
                rate_period = ?7, min_gap = ?8, keep_completed = ?9, keep_failed = ?10, keep_for = ?11
            """);
        var settings = line.Settings;
        upsert.Bind(settings.Name).Bind(line.IsConfigured).Bind(settings.Paused).Bind(settings.Concurrency).Bind(settings.GlobalLimit).Bind(settings.RateLimit)
            .Bind(Micros.Of(settings.RatePeriod)).Bind(Micros.Of(settings.MinGap)).Bind(settings.KeepCompleted).Bind(settings.KeepFailed)
            .Bind(settings.KeepFor is { } kept ? Micros.Of(kept) : (long?)null).Run();
    }

    public static void WriteState(Connection connection, QueueLine line)
    {
        using var update = connection.Use("""
            UPDATE queues SET accepted = ?, completed = ?, failed = ?, cancelled = ?, pending = ?, processing = ?, delayed = ?, parked = ?, waiting_bytes = ?,
                pruned_completed = ?, pruned_failed = ?, pruned_cancelled = ?, virtual_time = ?, tokens = ?, tokens_at = ?, last_start = ?, last_end = ?
            WHERE name = ?
            """);
        ref var now = ref line.Now;
        update.Bind(now.Accepted).Bind(now.Completed).Bind(now.Failed).Bind(now.Cancelled).Bind(now.Pending).Bind(now.Processing)
            .Bind(now.Delayed).Bind(now.Parked).Bind(now.WaitingBytes).Bind(now.PrunedCompleted).Bind(now.PrunedFailed).Bind(now.PrunedCancelled)
            .Bind(now.VirtualTime).Bind(now.Tokens).Bind(now.TokensAt).Bind(now.LastStart).Bind(now.LastEnd).Bind(line.Name).Run();
    }
}
