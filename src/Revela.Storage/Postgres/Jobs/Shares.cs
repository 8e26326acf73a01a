using Npgsql;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>
/// Start-time fair queueing (Goyal, Vin and Cheng, 1996): a job's start tag is the later of the line's virtual time and its tenant's
/// last finish tag, and its finish tag lies its cost behind. Jobs run by start tag, so that no tenant waits behind all of another's.
/// Nothing is locked until the commit: jobs that a tenant submits at the same time may begin at the same tag, but each of them is
/// charged to it, so what is submitted next begins behind all of them.
/// </summary>
sealed class Shares
{
    readonly Dictionary<string, double> virtualTimes = new(StringComparer.Ordinal);
    readonly Dictionary<(string Queue, string Tenant), double> finishes = [];
    readonly SortedDictionary<(string Queue, string Tenant), double> charged = new(Comparer<(string Queue, string Tenant)>.Create(InOrder));

    public void AskFor(Questions questions, IEnumerable<JobDraft> jobs) => AskFor(questions, [.. jobs.Select(draft => (draft.Job.Queue, draft.Job.Tenant)).Distinct()]);

    public void AskFor(Questions questions, (string Queue, string Tenant)[] pairs)
    {
        questions.Add(Sql.Of("""
            SELECT pair.queue, pair.tenant, COALESCE((SELECT max(virtual_time) FROM revela.ledger WHERE queue = pair.queue AND virtual_time > 0), 0), COALESCE(s.finish, 0)
            FROM unnest($1, $2) AS pair(queue, tenant)
                LEFT JOIN LATERAL (SELECT finish FROM revela.shares WHERE queue = pair.queue AND tenant = pair.tenant OFFSET 0) s ON true
            """).Bind(Array.ConvertAll(pairs, pair => pair.Queue)).Bind(Array.ConvertAll(pairs, pair => pair.Tenant)),
            row => (Queue: row.Text(), Tenant: row.Text(), Now: row.Double(), Finish: row.Double()), rows =>
            {
                foreach (var row in rows) (virtualTimes[row.Queue], finishes[(row.Queue, row.Tenant)]) = (row.Now, row.Finish);
            });
    }

    /// <summary>The start tag of the tenant's next job in this queue.</summary>
    public double Place(Changes changes, string queue, string tenant, double cost)
    {
        var start = Math.Max(finishes.GetValueOrDefault((queue, tenant)), virtualTimes.GetValueOrDefault(queue));
        if (charged.Count == 0) changes.Last(Write);
        charged[(queue, tenant)] = charged.GetValueOrDefault((queue, tenant)) + cost;
        finishes[(queue, tenant)] = start + cost;
        return start;
    }

    /// <summary>Forgets tenants whose last job lies behind the line's virtual time: they would start from it anyway.</summary>
    public static NpgsqlBatchCommand Forget => Sql.Of("""
        DELETE FROM revela.shares s USING (SELECT queue, max(virtual_time) AS now FROM revela.ledger GROUP BY queue) line WHERE s.queue = line.queue AND s.finish <= line.now
        """);

    // The rows come sorted, so that two transactions lock them in the same order.
    NpgsqlBatchCommand Write() => Sql.Of("""
        WITH placed AS (SELECT * FROM unnest($1, $2, $3, $4) AS placed(queue, tenant, finish, cost))
        INSERT INTO revela.shares (queue, tenant, finish) SELECT queue, tenant, finish FROM placed
        ON CONFLICT (queue, tenant) DO UPDATE SET finish = GREATEST(
            excluded.finish, shares.finish + (SELECT cost FROM placed WHERE placed.queue = excluded.queue AND placed.tenant = excluded.tenant))
        """).Bind(charged.Keys.Select(pair => pair.Queue).ToArray()).Bind(charged.Keys.Select(pair => pair.Tenant).ToArray())
        .Bind(charged.Keys.Select(pair => finishes[pair]).ToArray()).Bind(charged.Values.ToArray());

    static int InOrder((string Queue, string Tenant) a, (string Queue, string Tenant) b) =>
        string.CompareOrdinal(a.Queue, b.Queue) is var order and not 0 ? order : string.CompareOrdinal(a.Tenant, b.Tenant);
}
