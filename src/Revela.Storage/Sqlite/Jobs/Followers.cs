namespace Revela.Storage.Sqlite.Jobs;

/// <summary>Jobs that wait for an identical one in flight, to share its result (law 6).</summary>
static class Followers
{
    /// <summary>In the order in which they would run.</summary>
    public static List<long> Of(Connection db, long leader)
    {
        using var query = db.Use("SELECT seq FROM ready WHERE follows = ? ORDER BY priority DESC, seq");
        query.Bind(leader);
        var followers = new List<long>();
        while (query.Step()) followers.Add(query.Long(0));
        return followers;
    }

    /// <summary>The leader was taken away: its first follower runs in its place, and the rest follow that one.</summary>
    public static void Promote(WriteTransaction tx, in JobHead leader)
    {
        var followers = Of(tx.Db, leader.Seq);
        if (followers.Count == 0) return;
        var first = JobHead.Get(tx.Db, followers[0]);
        if (ReadyRows.Take(tx, first) is not { } row) return;
        ReadyRows.Wait(tx, first, row.Carried);
        EventRows.AddWaiting(tx, first, "promoted", row.Carried);
        Work.StandFor(tx, first);
        using var update = tx.Db.Use("UPDATE ready SET follows = ? WHERE follows = ?");
        update.Bind(first.Seq).Bind(leader.Seq).Run();
    }

    /// <summary>A job that others wait for is as urgent as the most urgent of them.</summary>
    public static void Lift(WriteTransaction tx, long leader, int priority)
    {
        using (var waiting = tx.Db.Use("UPDATE ready SET priority = ?2 WHERE seq = ?1 AND priority < ?2")) waiting.Bind(leader).Bind(priority).Run();
        using (var running = tx.Db.Use("UPDATE leases SET priority = ?2 WHERE seq = ?1 AND priority < ?2")) running.Bind(leader).Bind(priority).Run();
    }
}
