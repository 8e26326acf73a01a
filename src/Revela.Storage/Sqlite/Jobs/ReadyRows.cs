using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>What a waiting job waits for.</summary>
enum Gate
{
    /// <summary>Nothing: it may be claimed.</summary>
    Open = 0,

    /// <summary>Its time.</summary>
    Time = 1,

    /// <summary>Money, quota or a person; its time too, if one is given.</summary>
    Parked = 2,

    /// <summary>The identical job that it follows.</summary>
    Leader = 3,
}

/// <summary>The jobs that wait. Each row that comes or goes changes its queue's counters with it (law 9).</summary>
static class ReadyRows
{
    /// <summary>Why a parked job waits, as the index has it.</summary>
    public static string Reason(string row) => $"json_extract({row}.parked, '$.code')";

    /// <summary>Puts a job in line: open, or until its <c>run_at</c> when that lies ahead.</summary>
    public static void Wait(WriteTransaction tx, in JobHead job, in Carried carried)
    {
        var ahead = carried.RunAt > Micros.Of(tx.Now);
        Insert(tx, job, carried, ahead ? Gate.Time : Gate.Open, ahead ? carried.RunAt : null, null, null);
    }

    public static void Park(WriteTransaction tx, in JobHead job, in Carried carried, Parked reason) =>
        Insert(tx, job, carried, Gate.Parked, reason.Until is { } until ? Micros.Of(until) : null, RowJson.Write(reason), null);

    public static void Follow(WriteTransaction tx, in JobHead job, in Carried carried, long leader) =>
        Insert(tx, job, carried, Gate.Leader, null, null, leader);

    static void Insert(WriteTransaction tx, in JobHead job, in Carried carried, Gate gate, long? due, string? parked, long? follows)
    {
        using (var insert = tx.Db.Use($"""
            INSERT INTO ready (seq, queue, gate, due, parked, follows, {Carried.Columns})
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """))
        {
            carried.Bind(insert.Bind(job.Seq).Bind(job.Queue).Bind((long)gate).Bind(due).Bind(parked).Bind(follows)).Run();
        }
        Count(tx.Line(job.Queue), gate, carried.Bytes, +1);
        if (gate != Gate.Leader) tx.Ring(Signal.Work);
    }

    /// <summary>Takes a waiting job out of the line; null when it does not wait.</summary>
    public static ReadyRow? Take(WriteTransaction tx, in JobHead job)
    {
        ReadyRow row;
        using (var query = tx.Db.Use($"SELECT gate, follows, {Carried.Columns} FROM ready WHERE seq = ?"))
        {
            if (!query.Bind(job.Seq).Step()) return null;
            row = new ReadyRow((Gate)query.Int(0), query.LongOrNull(1), Carried.Read(query, 2));
        }
        using (var delete = tx.Db.Use("DELETE FROM ready WHERE seq = ?")) delete.Bind(job.Seq).Run();
        Count(tx.Line(job.Queue), row.Gate, row.Carried.Bytes, -1);
        return row;
    }

    /// <summary>Counts a row that came (+1) or went (−1).</summary>
    public static void Count(QueueLine line, Gate gate, long bytes, int change)
    {
        line.Now.Pending += change;
        line.Now.WaitingBytes += change * bytes;
        if (gate == Gate.Time) line.Now.Delayed += change;
        if (gate == Gate.Parked) line.Now.Parked += change;
    }
}

/// <param name="Follows">Number of the job whose work it shares; null when it runs itself.</param>
readonly record struct ReadyRow(Gate Gate, long? Follows, Carried Carried);
