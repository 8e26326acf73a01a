namespace Revela.Storage.Sqlite;

/// <summary>
/// Start-time fair queueing (Goyal, Vin and Cheng, 1996): a job's start tag is the later of the line's virtual time and its tenant's
/// last finish tag, and its finish tag lies its cost behind. Jobs run by start tag, so that no tenant waits behind all of another's.
/// The finish tags are held in memory until the commit.
/// </summary>
sealed class TenantShares(Connection connection)
{
    // A job that claims to cost nothing still takes its turn.
    const double LeastCost = 0.001;
    const int MostInMemory = 10_000;

    readonly Dictionary<(string Queue, string Tenant), double> finishes = [];
    readonly HashSet<(string Queue, string Tenant)> changed = [];

    /// <summary>The start tag of the tenant's next job in this line.</summary>
    public double Place(QueueLine line, string tenant, double cost)
    {
        var key = (line.Name, tenant);
        if (!finishes.TryGetValue(key, out var finish)) finish = Read(key);
        var start = Math.Max(finish, line.Now.VirtualTime);
        finishes[key] = start + (double.IsFinite(cost) ? Math.Max(cost, LeastCost) : LeastCost);
        changed.Add(key);
        return start;
    }

    /// <summary>A job was claimed: the line has come as far as its tag.</summary>
    public static void Advance(QueueLine line, double start) => line.Now.VirtualTime = Math.Max(line.Now.VirtualTime, start);

    /// <summary>Deletes tenants whose last job lies behind the line's virtual time: they would start from it anyway.</summary>
    public void Prune(QueueLine line)
    {
        Write();
        Forget();
        using var delete = connection.Use("DELETE FROM shares WHERE queue = ? AND finish <= ?");
        delete.Bind(line.Name).Bind(line.Now.VirtualTime).Run();
    }

    public void Write()
    {
        foreach (var key in changed)
        {
            using var upsert = connection.Use("INSERT OR REPLACE INTO shares (queue, tenant, finish) VALUES (?, ?, ?)");
            upsert.Bind(key.Queue).Bind(key.Tenant).Bind(finishes[key]).Run();
        }
        changed.Clear();
        if (finishes.Count > MostInMemory) finishes.Clear();
    }

    public void Forget()
    {
        finishes.Clear();
        changed.Clear();
    }

    double Read((string Queue, string Tenant) key)
    {
        using var query = connection.Use("SELECT finish FROM shares WHERE queue = ? AND tenant = ?");
        return query.Bind(key.Queue).Bind(key.Tenant).Step() ? query.Double(0) : 0;
    }
}
