using Npgsql;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Queues;
using Revela.Storage.Postgres.Jobs;

namespace Revela.Storage.Postgres;

/// <summary>What a transaction will write when it commits: rows by table, and what they change in the counters (law 9).</summary>
sealed class Changes(DateTimeOffset at)
{
    readonly List<long> left = [];
    readonly List<Waiting> ready = [];
    readonly List<EndingRow> endings = [];
    readonly List<Asset> assets = [];
    readonly List<EventRow> events = [];
    readonly List<NpgsqlBatchCommand> first = [];
    readonly List<Func<NpgsqlBatchCommand>> last = [];
    readonly Dictionary<string, Tally> tallies = [];
    readonly SortedDictionary<Guid, BatchTally> batches = [];
    readonly HashSet<string> perhapsUnnamed = [];
    readonly Dictionary<Guid, Likeness> likenesses = [];
    readonly HashSet<Signal> rung = [];

    /// <summary>When all of it happens.</summary>
    public DateTimeOffset At => at;

    public IReadOnlyCollection<Signal> Rung => rung;

    public void Ring(Signal signal) => rung.Add(signal);

    /// <summary>A statement of its own, before all rows; what it locks must be in the common order.</summary>
    public void First(NpgsqlBatchCommand statement) => first.Add(statement);

    /// <summary>A statement of its own, behind all rows, made when it is sent.</summary>
    public void Last(Func<NpgsqlBatchCommand> statement) => last.Add(statement);

    public void Tell(EventRow happened)
    {
        events.Add(happened);
        rung.Add(Signal.Events);
    }

    public void Wait(Waiting row)
    {
        ready.Add(row);
        CountWaiting(row, +1);
        if (row.Gate != Gate.Leader) rung.Add(Signal.Work);
    }

    /// <summary>A waiting row that this transaction has deleted already.</summary>
    public void HasLeft(Waiting row) => CountWaiting(row, -1);

    /// <summary>A waiting row, locked by this transaction, to be deleted with the commit.</summary>
    public void Leave(Waiting row)
    {
        left.Add(row.Job.Seq);
        CountWaiting(row, -1);
    }

    public void End(EndingRow ending)
    {
        endings.Add(ending);
        CountEnding(ending.Job, ending.State, +1, ending.Carried.CostMicros);
    }

    /// <summary>An ending that this transaction has taken back.</summary>
    public void HasReopened(JobHead job, JobState state, long costMicros) => CountEnding(job, state, -1, costMicros);

    public void Add(Asset asset) => assets.Add(asset);

    /// <summary>An asset that is there already turned out to look like this.</summary>
    public void NoteLikeness(Guid asset, Likeness likeness) => likenesses[asset] = likeness;

    /// <summary>Notes objects that may have lost their last row, for the janitor.</summary>
    public void DoomIfUnnamed(IEnumerable<string> objectKeys) => perhapsUnnamed.UnionWith(objectKeys);

    public void Count(string queue, Tally change) => tallies[queue] = tallies.GetValueOrDefault(queue) + change;

    /// <summary>The order is the order of locks: rows, then graves, then events, behind which nothing waits.</summary>
    public List<NpgsqlBatchCommand> ToStatements()
    {
        var statements = new List<NpgsqlBatchCommand>(first);
        if (left.Count > 0) statements.Add(Sql.Of("DELETE FROM revela.ready WHERE seq = ANY($1)").Bind(left.ToArray()));
        if (ready.Count > 0) statements.Add(Tables.Ready.Insert(ready));
        if (endings.Count > 0) statements.Add(Tables.Endings.Insert(endings));
        if (assets.Count > 0) statements.Add(Tables.Assets.Insert(assets));
        if (batches.Count > 0) statements.Add(Tables.CountInBatches(batches));
        statements.AddRange(last.Select(make => make()));
        if (perhapsUnnamed.Count > 0) statements.AddRange(Graves.DoomIfUnnamed(perhapsUnnamed));
        if (likenesses.Count > 0) statements.Add(Tables.NoteLikenesses(likenesses));
        if (events.Count > 0) statements.Add(Tables.Events.Insert(events));
        if (tallies.Count > 0) statements.Add(Tables.Ledger.Insert([.. tallies]));
        return statements;
    }

    void CountWaiting(Waiting row, int change) => Count(row.Job.Queue, new Tally
    {
        Pending = change,
        WaitingBytes = change * row.Carried.Bytes,
        Delayed = row.Gate == Gate.Time ? change : 0,
        Parked = row.Gate == Gate.Parked ? change : 0,
    });

    void CountEnding(JobHead job, JobState state, int change, long costMicros)
    {
        var completed = state == JobState.Completed ? change : 0;
        var failed = state == JobState.Failed ? change : 0;
        var cancelled = state == JobState.Cancelled ? change : 0;
        Count(job.Queue, new Tally { Completed = completed, Failed = failed, Cancelled = cancelled });
        if (job.Batch is not { } batch) return;
        var counted = batches.GetValueOrDefault(batch);
        batches[batch] = new BatchTally(counted.Completed + completed, counted.Failed + failed, counted.Cancelled + cancelled, counted.CostMicros + change * costMicros);
    }
}

/// <summary>How a batch's counters change.</summary>
readonly record struct BatchTally(int Completed, int Failed, int Cancelled, long CostMicros);
