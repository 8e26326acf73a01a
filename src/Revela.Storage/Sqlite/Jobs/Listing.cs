using System.Globalization;
using System.Text;
using Revela.Core.Jobs;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>Lists jobs, newest first, from the smallest table that holds all the answers.</summary>
sealed class Listing(Snapshots snapshots)
{
    // A search reads at most so many jobs for one page; the cursor goes on from there.
    const long SearchWindow = 200_000;

    public Page<JobRow> List(Connection db, JobQuery query, DateTimeOffset now)
    {
        var limit = Cursors.Limit(query.Limit);
        var below = Cursors.Below(query.Cursor);
        var above = query.Search is null || query.OldestFirst ? 0 : Math.Max(0, Math.Min(below, Newest(db) + 1) - SearchWindow);

        var rows = Read(db, Filter(query, below, above, now), limit, query.OldestFirst, query.Offset);
        var page = Cursors.Page(rows, limit);
        if (query.OldestFirst) return page with { Next = null };
        return page.Next is null && above > 1 ? page with { Next = above.ToString(CultureInfo.InvariantCulture) } : page;
    }

    List<(long, JobRow)> Read(Connection db, JobFilter filter, int limit, bool oldestFirst, int offset)
    {
        using var select = db.UseOnce($"SELECT {JobRow.Columns} FROM {filter.From} WHERE {filter.Where} ORDER BY {filter.Driver}.seq {(oldestFirst ? "ASC" : "DESC")} LIMIT {limit + 1} OFFSET {offset}");
        foreach (var bind in filter.Binds) bind(select);
        var rows = new List<(long, JobRow)>();
        while (select.Step()) rows.Add((select.Long(0), JobRow.Read(select, db, snapshots)));
        return rows;
    }

    /// <summary>How many of a tenant's jobs wait for each reason, none counted beyond <paramref name="most"/>.</summary>
    public static IReadOnlyDictionary<string, int> CountParked(Connection db, string tenant, int most) => ParkCodes.All.ToDictionary(code => code, code =>
    {
        using var query = db.Use($"""
            SELECT COUNT(*) FROM (
                SELECT 1 FROM ready r INDEXED BY ready_reason CROSS JOIN jobs j ON j.seq = r.seq WHERE r.gate = 2 AND {ReadyRows.Reason("r")} = ? AND j.tenant = ? LIMIT ?)
            """);
        return (int)query.Bind(code).Bind(tenant).Bind(most).Number();
    });

    static JobFilter Filter(JobQuery query, long below, long above, DateTimeOffset now)
    {
        var filter = new JobFilter(DriverOf(query));
        filter.And("j.tenant = ?", s => s.Bind(query.Tenant));
        filter.And($"{filter.Driver}.seq < ?", s => s.Bind(below));
        if (above > 0) filter.And($"{filter.Driver}.seq >= ?", s => s.Bind(above));
        if (query.States is { } states) filter.And(StatesOf(states));
        if (query.Queue is { } queue) filter.And("j.queue = ?", s => s.Bind(queue));
        if (query.Pipeline is { } pipeline) filter.And("j.pipeline = ?", s => s.Bind(pipeline));
        if (query.BatchId is { } batch) filter.And("j.batch = ?", s => s.Bind(batch));
        if (query.AssetId is { } asset) filter.And("j.asset = ?", s => s.Bind(asset));
        if (query.Tag is { } tag) filter.And("EXISTS (SELECT 1 FROM json_each(j.tags) WHERE value = ?)", s => s.Bind(tag));
        if (query.Parked is { } parked) filter.And(parked ? "r.gate = 2" : "r.gate IS NOT 2");
        if (query.ParkedFor is { } reason) filter.And($"r.gate = 2 AND {ReadyRows.Reason("r")} = ?", s => s.Bind(reason));
        if (query.Delayed is { } delayed) filter.And(delayed ? "r.gate = 1 AND r.run_at > ?" : "NOT (r.gate IS 1 AND r.run_at > ?)", s => s.Bind(now));
        if (query.Search is { Length: > 0 } search) Search(filter, search);
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
        var terms = new StringBuilder("0");
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
            filter.And("j.id = ?", s => s.Bind(id));
            return;
        }
        var pattern = Cursors.Anywhere(search);
        // Most of what people look for cannot stand in an id, and spelling each id out takes time.
        var hex = Cursors.PartOfId(search);
        filter.And($"""
            ({(hex is null ? "" : "hex(j.id) LIKE ? OR ")}j.metadata LIKE ? ESCAPE '\' OR COALESCE(e.error, l.error, r.error) LIKE ? ESCAPE '\'
             OR EXISTS (SELECT 1 FROM assets a WHERE a.id = j.asset AND a.file_name LIKE ? ESCAPE '\'))
            """, s => (hex is null ? s : s.Bind(hex)).Bind(pattern).Bind(pattern).Bind(pattern));
    }

    static long Newest(Connection db)
    {
        using var query = db.Use("SELECT COALESCE(MAX(seq), 0) FROM jobs");
        return query.Number();
    }
}

/// <summary>A listing's conditions, with the table whose order leads: <c>j</c> all jobs, <c>r</c> those that wait, <c>l</c> those that run, <c>e</c> failed and cancelled ones.</summary>
sealed class JobFilter(char driver)
{
    readonly List<string> terms = driver == 'e' ? ["e.state > 2"] : [];

    public char Driver => driver;

    public List<Action<Statement>> Binds { get; } = [];

    public string From => driver switch
    {
        'r' => "ready r CROSS JOIN jobs j ON j.seq = r.seq LEFT JOIN endings e ON e.seq = r.seq LEFT JOIN leases l ON l.seq = r.seq",
        'l' => "leases l CROSS JOIN jobs j ON j.seq = l.seq LEFT JOIN endings e ON e.seq = l.seq LEFT JOIN ready r ON r.seq = l.seq",
        'e' => "endings e INDEXED BY endings_rare CROSS JOIN jobs j ON j.seq = e.seq LEFT JOIN leases l ON l.seq = e.seq LEFT JOIN ready r ON r.seq = e.seq",
        _ => $"jobs j {JobRow.Joins}",
    };

    public string Where => string.Join(" AND ", terms);

    public void And(string term, Action<Statement>? bind = null)
    {
        terms.Add(term);
        if (bind is not null) Binds.Add(bind);
    }
}
