using System.Globalization;
using System.Text;
using Npgsql;
using Revela.Core.Jobs;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>Lists jobs, newest first, from the smallest table that holds all the answers.</summary>
sealed class Listing(Snapshots snapshots)
{
    // A search reads at most so many jobs for one page; the cursor goes on from there.
    const long SearchWindow = 200_000;

    public async Task<Job?> Get(Transaction db, string tenant, Guid id)
    {
        var query = Sql.Of($"SELECT {JobRow.Columns} FROM revela.jobs j {JobRow.Joins} WHERE j.id = $1 AND j.tenant = $2").Bind(id).Bind(tenant);
        return (await Load(db, await db.Query(query, JobRow.Read).ConfigureAwait(false)).ConfigureAwait(false)).SingleOrDefault();
    }

    public async Task<Job?> Find(Transaction db, string tenant, long seq)
    {
        var query = Sql.Of($"SELECT {JobRow.Columns} FROM revela.jobs j {JobRow.Joins} WHERE j.seq = $1 AND j.tenant = $2").Bind(seq).Bind(tenant);
        return (await Load(db, await db.Query(query, JobRow.Read).ConfigureAwait(false)).ConfigureAwait(false)).SingleOrDefault();
    }

    public async Task<Page<Job>> List(Transaction db, JobQuery query)
    {
        var limit = Cursors.Limit(query.Limit);
        var below = Cursors.Below(query.Cursor);
        var above = query.Search is null || query.OldestFirst ? 0 : Math.Max(0, Math.Min(below, await Newest(db).ConfigureAwait(false) + 1) - SearchWindow);

        var rows = await db.Query(Filter(query, below, above, db.Now).Select(limit + 1, query.OldestFirst, query.Offset), JobRow.Read).ConfigureAwait(false);
        var jobs = await Load(db, rows).ConfigureAwait(false);
        var page = Cursors.Page([.. jobs.Select(job => (job.Seq, job))], limit);
        if (query.OldestFirst) return page with { Next = null };
        return page.Next is null && above > 1 ? page with { Next = above.ToString(CultureInfo.InvariantCulture) } : page;
    }

    /// <summary>How many of a tenant's jobs wait for each reason, none counted beyond <paramref name="most"/>.</summary>
    public static async Task<IReadOnlyDictionary<string, int>> CountParked(Transaction db, string tenant, int most)
    {
        var counts = await db.Query(
            Sql.Of($"""
                SELECT code, (SELECT count(*) FROM (
                    SELECT 1 FROM revela.ready r WHERE r.gate = 2 AND {Waiting.Reason("r")} = code AND r.tenant = $2 LIMIT $3) counted)
                FROM unnest($1::text[]) code
                """).Bind(ParkCodes.All.ToArray()).Bind(tenant).Bind(most),
            row => (Code: row.Text(), Count: (int)row.Long())).ConfigureAwait(false);
        return counts.ToDictionary(one => one.Code, one => one.Count);
    }

    async Task<IEnumerable<Job>> Load(Transaction db, List<JobRow> rows)
    {
        var pipelines = await snapshots.Load(db, rows.ConvertAll(row => row.Snapshot)).ConfigureAwait(false);
        return rows.Select((row, i) => row.ToJob(pipelines[i]));
    }

    static JobFilter Filter(JobQuery query, long below, long above, DateTimeOffset now)
    {
        var filter = new JobFilter(DriverOf(query));
        filter.And("j.tenant = ?", query.Tenant);
        filter.And($"{filter.Driver}.seq < ?", below);
        if (above > 0) filter.And($"{filter.Driver}.seq >= ?", above);
        if (query.States is { } states) filter.And(StatesOf(states));
        if (query.Queue is { } queue) filter.And("j.queue = ?", queue);
        if (query.Pipeline is { } pipeline) filter.And("j.pipeline = ?", pipeline);
        if (query.BatchId is { } batch) filter.And("j.batch = ?", batch);
        if (query.AssetId is { } asset) filter.And("j.asset = ?", asset);
        if (query.Tag is { } tag) filter.And("jsonb_exists(j.tags, ?)", Sql.Clean(tag)!);
        if (query.Parked is { } parked) filter.And(parked ? "r.gate = 2" : "r.gate IS DISTINCT FROM 2");
        if (query.ParkedFor is { } reason) filter.And($"r.gate = 2 AND {Waiting.Reason("r")} = ?", reason);
        if (query.Delayed is { } delayed) filter.And(delayed ? "r.gate = 1 AND r.run_at > ?" : "(r.gate = 1 AND r.run_at > ?) IS NOT TRUE", now);
        if (Sql.Clean(query.Search) is { Length: > 0 } search) Search(filter, search);
        return filter;
    }

    static char DriverOf(JobQuery query)
    {
        if (query.Parked == true || query.ParkedFor is not null || query.Delayed == true || query.States is [JobState.Pending]) return 'r';
        if (query.States is [JobState.Processing]) return 'l';
        return query.States is { Count: > 0 } states && states.All(state => state is JobState.Failed or JobState.Cancelled) ? 'e' : 'j';
    }

    static string StatesOf(IReadOnlyList<JobState> states)
    {
        var terms = new StringBuilder("false");
        foreach (var state in states)
        {
            terms.Append(state switch
            {
                JobState.Pending => " OR r.seq IS NOT NULL",
                JobState.Processing => " OR l.seq IS NOT NULL",
                _ => string.Create(CultureInfo.InvariantCulture, $" OR e.state = {(int)state}"),
            });
        }
        return $"({terms})";
    }

    static void Search(JobFilter filter, string search)
    {
        if (Guid.TryParse(search, out var id))
        {
            filter.And("j.id = ?", id);
            return;
        }
        var pattern = Cursors.Anywhere(search);
        // Most of what people look for cannot stand in an id, and spelling each id out takes time.
        var hex = Cursors.PartOfId(search);
        filter.And($"""
            ({(hex is null ? "" : "replace(j.id::text, '-', '') ILIKE ? OR ")}j.metadata ILIKE ? OR COALESCE(e.error, l.error, r.error) ILIKE ?
             OR EXISTS (SELECT 1 FROM revela.assets a WHERE a.id = j.asset AND a.file_name ILIKE ?))
            """, hex is null ? [pattern, pattern, pattern] : [hex, pattern, pattern, pattern]);
    }

    static async Task<long> Newest(Transaction db) =>
        (await db.Query(Sql.Of("SELECT COALESCE(max(seq), 0) FROM revela.jobs"), row => row.Long()).ConfigureAwait(false))[0];
}

/// <summary>A listing's conditions, with the table whose order leads: <c>j</c> all jobs, <c>r</c> those that wait, <c>l</c> those that run, <c>e</c> failed and cancelled ones.</summary>
sealed class JobFilter(char driver)
{
    readonly List<string> terms = driver == 'e' ? ["e.state > 2"] : [];
    readonly List<Action<NpgsqlBatchCommand>> binds = [];

    public char Driver => driver;

    /// <summary>Each question mark is bound to its value.</summary>
    public void And(string term, params object[] values)
    {
        var text = new StringBuilder();
        var i = 0;
        foreach (var part in term.Split('?'))
        {
            if (i > 0) text.Append(CultureInfo.InvariantCulture, $"${binds.Count + i}");
            text.Append(part);
            i++;
        }
        terms.Add(text.ToString());
        foreach (var value in values) binds.Add(command => command.Parameters.AddWithValue(value));
    }

    public NpgsqlBatchCommand Select(int limit, bool oldestFirst, int offset)
    {
        var command = Sql.Of(string.Create(
            CultureInfo.InvariantCulture, $"SELECT {JobRow.Columns} FROM {From} WHERE {string.Join(" AND ", terms)} ORDER BY {driver}.seq {(oldestFirst ? "ASC" : "DESC")} LIMIT {limit} OFFSET {offset}"));
        foreach (var bind in binds) bind(command);
        return command;
    }

    string From => driver switch
    {
        'r' => "revela.ready r JOIN revela.jobs j ON j.seq = r.seq LEFT JOIN revela.endings e ON e.seq = r.seq LEFT JOIN revela.leases l ON l.job = r.job",
        'l' => "revela.leases l JOIN revela.jobs j ON j.seq = l.seq LEFT JOIN revela.endings e ON e.seq = l.seq LEFT JOIN revela.ready r ON r.seq = l.seq",
        'e' => "revela.endings e JOIN revela.jobs j ON j.seq = e.seq LEFT JOIN revela.leases l ON l.job = j.id LEFT JOIN revela.ready r ON r.seq = e.seq",
        _ => $"revela.jobs j {JobRow.Joins}",
    };
}
