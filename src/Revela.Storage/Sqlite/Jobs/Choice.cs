using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>Which waiting jobs a claim may have at all: every one, or those of one tenant that are made of what the worker has on offer.</summary>
sealed class Choice(Connection db, Snapshots snapshots, ClaimRequest request)
{
    /// <summary>The first open jobs of a queue, in order. Past jobs that are not for this worker it looks so far and no further.</summary>
    public List<Head> First(string queue, int most)
    {
        var heads = Read(queue, request.IsChoosy ? ClaimRequest.LooksPast : most);
        return request.IsChoosy ? [.. heads.Where(head => Suits(head.Seq)).Take(most)] : heads;
    }

    public bool Suits(long seq)
    {
        if (!request.IsChoosy) return true;
        using var query = db.Use("SELECT tenant, snapshot FROM jobs WHERE seq = ?");
        if (!query.Bind(seq).Step() || request.Tenant is { } tenant && query.Text(0) != tenant) return false;
        return request.Offers?.Covers(snapshots.Get(db, query.Long(1))) ?? true;
    }

    List<Head> Read(string queue, int most)
    {
        using var query = db.Use("""
            SELECT seq, priority, fair, megabytes, bytes, outage_since FROM ready INDEXED BY ready_order
            WHERE queue = ? AND gate = 0 ORDER BY priority DESC, fair, seq LIMIT ?
            """);
        query.Bind(queue).Bind(most);
        var heads = new List<Head>();
        while (query.Step()) heads.Add(new Head(query.Long(0), query.Int(1), query.Double(2), query.Int(3), query.Long(4), query.LongOrNull(5)));
        return heads;
    }
}
