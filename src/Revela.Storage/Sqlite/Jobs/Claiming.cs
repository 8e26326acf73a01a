using System.Globalization;
using System.Text.Json;
using Revela.Core.Assets;
using Revela.Core.Events;
using Revela.Core.Jobs;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>
/// Leases waiting jobs: frees those whose time has come, sees how much room each queue's limits leave, and takes jobs
/// in order until room, memory or jobs run out.
/// </summary>
sealed class Claiming(Snapshots snapshots)
{
    const int MostInClaim = 1000;

    public RawClaim Claim(WriteTransaction tx, ClaimRequest request)
    {
        Schedule.OpenDue(tx);
        if (SqliteWorkerStore.Drains(tx.Db, request.Worker)) return new RawClaim([], NextDue: null);
        var choice = new Choice(tx.Db, snapshots, request);
        var heads = new List<Heads>();
        foreach (var line in tx.Lines())
        {
            var running = request.Running.GetValueOrDefault(line.Name);
            var room = Room.In(line, request, running, tx.Now);
            heads.Add(Heads.Read(choice, line, Math.Min(room.Jobs, Math.Min(request.Max, MostInClaim)), running));
        }
        var taken = Take(tx, request, heads);
        return new RawClaim(taken, taken.Count > 0 ? null : NextDue(tx, request, choice, heads));
    }

    static long? NextDue(WriteTransaction tx, ClaimRequest request, Choice choice, List<Heads> heads)
    {
        var due = Schedule.NextDue(tx, request, choice);
        foreach (var queue in heads)
        {
            if (Room.In(queue.Line, request, queue.Running, tx.Now).NextDue is { } next && choice.First(queue.Line.Name, 1).Count > 0) due = Math.Min(due ?? next, next);
        }
        return due;
    }

    List<RawClaim.Taken> Take(WriteTransaction tx, ClaimRequest request, List<Heads> heads)
    {
        var taken = new List<RawClaim.Taken>();
        var worker = JsonEncodedText.Encode(request.Worker);
        var free = request.FreeMegabytes;
        var idle = request.Running.Values.Sum() == 0;
        while (taken.Count < request.Max && Heads.First(heads) is { } first)
        {
            var head = first.Next;
            // In order: a job that does not fit yet is not overtaken, or large ones would wait for ever.
            if (head.Megabytes > free && !(idle && taken.Count == 0)) break;
            free -= head.Megabytes;
            taken.Add(Lease(tx, request, head, first.Line, worker));
            first.Advance();
        }
        return taken;
    }

    RawClaim.Taken Lease(WriteTransaction tx, ClaimRequest request, in Head head, QueueLine line, JsonEncodedText worker)
    {
        var lease = tx.NextLease();
        using (var insert = tx.Db.Use("""
            INSERT INTO leases (lease, seq, queue, worker, expires_at, progress, step, cancel_requested, priority, fair, run_at, megabytes, bytes,
                attempt, crashes, losses, outage_since, started_at, error, steps, cost_micros)
            SELECT ?2, seq, queue, ?3, ?4, 0, NULL, 0, priority, fair, run_at, megabytes, bytes,
                attempt + 1, crashes, losses, outage_since, ?5, error, steps, cost_micros FROM ready WHERE seq = ?1
            """))
        {
            insert.Bind(head.Seq).Bind(lease).Bind(request.Worker).Bind(tx.Now + request.LeaseFor).Bind(tx.Now).Run();
        }
        using (var delete = tx.Db.Use("DELETE FROM ready WHERE seq = ?")) delete.Bind(head.Seq).Run();

        ReadyRows.Count(line, Gate.Open, head.Bytes, -1);
        line.Now.Processing++;
        TenantShares.Advance(line, head.Fair);
        Room.Use(line, tx.Now);
        return Read(tx, head, lease, worker);
    }

    RawClaim.Taken Read(WriteTransaction tx, in Head head, long lease, JsonEncodedText worker)
    {
        var row = JobRow.Find(tx.Db, snapshots, head.Seq)!;
        EventRows.Add(tx, EventTypes.Started, JobHead.Of(row.Plain), string.Create(CultureInfo.InvariantCulture, $$"""{"attempt":{{row.Plain.Attempt}},"worker":"{{worker}}"}"""));
        return new RawClaim.Taken(row, lease, head.Megabytes, AssetRows.Find(tx.Db, row.Plain.AssetId), CheckpointRows.Read(tx.Db, head.Seq), head.OutageSince);
    }
}

/// <summary>What a claim took or a worker holds, before its JSON is parsed off the database's thread.</summary>
sealed record RawClaim(List<RawClaim.Taken> Jobs, long? NextDue)
{
    public ClaimResult ToResult() => new(Jobs.ConvertAll(taken => taken.ToClaimed()), NextDue is { } due ? Micros.Read(due) : null);

    public sealed record Taken(JobRow Row, long Lease, int Megabytes, Asset? Input, List<string> Checkpoints, long? OutageSince)
    {
        public ClaimedJob ToClaimed() => new(
            Row.ToJob(), Lease, Megabytes, Input, Checkpoints.ConvertAll(body => RowJson.Read<Checkpoint>(body)!), OutageSince is { } since ? Micros.Read(since) : null);
    }
}
