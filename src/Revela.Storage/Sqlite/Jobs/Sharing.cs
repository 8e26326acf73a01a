using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>Finds identical work inside a tenant: a finished result to answer from, or a run in flight to join (law 6).</summary>
static class Sharing
{
    /// <summary>Completes the job at once from an identical finished one whose pictures are all still there.</summary>
    public static bool TryReuse(WriteTransaction tx, in JobHead job, in Carried carried, long seq)
    {
        if (FinishedResult(tx.Db, seq) is not { } result) return false;
        var leader = JobHead.Get(tx.Db, seq);
        result = result with { Likeness = AssetRows.Find(tx.Db, leader.AssetId)?.Likeness };
        Finishing.Complete(tx, job, carried with { StartedAt = Micros.Of(tx.Now) }, result.For(tx.Time, leader.Id));
        return true;
    }

    /// <summary>Whether a job may wait for this identical one: in flight, never one that is parked or that begins later than it would itself.</summary>
    public static bool MayFollow(WriteTransaction tx, long leader, long runAt)
    {
        using (var waiting = tx.Db.Use("SELECT gate, run_at FROM ready WHERE seq = ?"))
        {
            if (waiting.Bind(leader).Step()) return (Gate)waiting.Int(0) is Gate.Open or Gate.Time && waiting.Long(1) <= runAt;
        }
        using var running = tx.Db.Use("SELECT 1 FROM leases WHERE seq = ? AND cancel_requested = 0");
        return running.Bind(leader).Step();
    }

    static Result? FinishedResult(Connection db, long seq)
    {
        string? outputs, data;
        using (var query = db.Use("SELECT outputs, data FROM endings WHERE seq = ? AND state = 2"))
        {
            if (!query.Bind(seq).Step()) return null;
            outputs = query.TextOrNull(0);
            data = query.TextOrNull(1);
        }
        var pictures = new List<NewOutput>();
        foreach (var output in RowJson.ReadList<Output>(outputs))
        {
            if (AssetRows.Find(db, output.AssetId) is not { } asset) return null;
            pictures.Add(new NewOutput(asset.Id, output.Name, asset.StepIndex ?? 0, Image(asset)));
        }
        return new Result(pictures, data, null);
    }

    static StoredImage Image(Asset asset) =>
        new(asset.ObjectKey, asset.ContentType, asset.Bytes, asset.Sha256, asset.Width, asset.Height, asset.Frames);
}
