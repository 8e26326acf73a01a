namespace Revela.Storage.Sqlite;

/// <summary>Every table of the embedded database as another database has it: under its columns' names there, rows of line and leases with the head of their record.</summary>
static class Export
{
    const string Head = "j.id AS job, j.tenant, j.asset, j.batch, j.item, substr(j.work, 1, 16) AS work";

    const string Carried = "priority, fair, run_at, megabytes, bytes, attempt, crashes, losses, outage_since, started_at, error, steps, cost_micros";

    // None may run while rows are moved, and what they hold is theirs.
    static readonly string[] LeftBehind = ["workers", "duties"];

    // Tables that the other database has in another form; the numbers given out become its sequences.
    static readonly (string From, string Table, string Select)[] Changed =
    [
        ("queues", "queues", "SELECT name, configured, paused, concurrency, global_limit, rate_limit, rate_period, min_gap, keep_completed, keep_failed, keep_for, tokens, tokens_at FROM queues"),
        ("queues", "ledger", """
            SELECT name AS queue, accepted, completed, failed, cancelled, pending, processing, delayed, parked, waiting_bytes,
                pruned_completed, pruned_failed, pruned_cancelled, virtual_time, NULLIF(last_start, 0) AS last_start, NULLIF(last_end, 0) AS last_end FROM queues
            """),
        ("snapshots", "snapshots", "SELECT id, hash, json, CAST(strftime('%s', 'now') AS INTEGER) * 1000000 AS used_at FROM snapshots"),
        ("jobs", "jobs", """
            SELECT seq, id, tenant, queue, pipeline, snapshot, asset, priority, batch, item, substr(work, 1, 16) AS work, metadata, tags,
                megabytes, cost, created_at, run_at FROM jobs
            """),
        ("ready", "ready", $"SELECT r.seq, r.queue, {Head}, gate, due, parked, follows, {Of("r")}, 0 AS alone FROM ready r JOIN jobs j ON j.seq = r.seq"),
        ("leases", "leases", $"""
            SELECT l.lease, l.seq, l.queue, {Head}, worker, expires_at, q.global_limit IS NOT NULL OR q.min_gap > 0 AS limited, progress, step, cancel_requested, {Of("l")}, 0 AS alone
            FROM leases l JOIN jobs j ON j.seq = l.seq JOIN queues q ON q.name = l.queue
            """),
        ("works", "works", "SELECT substr(hash, 1, 16) AS hash, seq FROM works"),
        ("numbers", "sequences", "SELECT job, lease, event FROM numbers"),
    ];

    /// <summary>One after the other; the rows of each while they are read.</summary>
    public static IEnumerable<TableCopy> Tables(Connection db)
    {
        var same = Names(db).Except(LeftBehind).Except(Changed.Select(table => table.From)).Select(name => (Table: name, Select: $"SELECT * FROM {name}"));
        foreach (var (table, select) in Changed.Select(table => (table.Table, table.Select)).Concat(same))
        {
            using var statement = db.UseOnce(select);
            yield return new TableCopy(table, statement.Columns, Rows(statement, statement.Columns.Length));
        }
    }

    static List<string> Names(Connection db)
    {
        using var tables = db.UseOnce("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name");
        var names = new List<string>();
        while (tables.Step()) names.Add(tables.Text(0));
        return names;
    }

    static IEnumerable<object?[]> Rows(Statement statement, int columns)
    {
        while (statement.Step())
        {
            var row = new object?[columns];
            for (var i = 0; i < columns; i++) row[i] = statement.Value(i);
            yield return row;
        }
    }

    static string Of(string table) => string.Join(", ", Carried.Split(", ").Select(column => $"{table}.{column}"));
}
