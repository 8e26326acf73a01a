using Revela.Core.Queues;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>What a group of submissions stands on, asked in one round trip: numbers, earlier requests, snapshots, shares, and, locked until the commit, works.</summary>
sealed class Ground(Transaction tx, Snapshots snapshots)
{
    readonly Dictionary<string, long> snapshotIds = new(StringComparer.Ordinal);
    readonly Dictionary<Guid, (long Bytes, bool IsCounted)> inputs = [];

    public long SnapshotOf(JobDraft draft) => snapshotIds[draft.Snapshot.Hash];

    /// <summary>Rows that this transaction made or confirmed.</summary>
    public List<(string Hash, long Id)> NewSnapshots { get; } = [];

    public Replays Replays { get; } = new();
    public Works Works { get; } = new(tx);

    /// <summary>The jobs that stand for these works, by work.</summary>
    public Dictionary<Guid, Leader> Leaders { get; } = [];
    public Shares Shares { get; } = new();

    /// <summary>Items with a job that has not ended.</summary>
    public Dictionary<Guid, (Guid Id, long Seq)> OpenJobs { get; } = [];

    /// <summary>Jobs that wait in the whole store; asked for only when a submission bounds it.</summary>
    public long Waiting { get; set; }

    /// <summary>What a job adds to the waiting bytes: its input's, unless another waiting job counts them already.</summary>
    public long CountInput(Guid asset)
    {
        if (!inputs.TryGetValue(asset, out var input) || input.IsCounted) return 0;
        inputs[asset] = input with { IsCounted = true };
        return input.Bytes;
    }

    public async Task Survey(IReadOnlyList<SubmissionDraft> drafts)
    {
        var jobs = drafts.SelectMany(draft => draft.Jobs).ToArray();
        var questions = new Questions();
        var anyKnown = false;
        questions.Add(Works.Number(Array.ConvertAll(jobs, draft => draft.Work)), row => (Numbers: row.Longs(), AnyKnown: row.Bool()), rows =>
        {
            for (var i = 0; i < jobs.Length; i++)
            {
                jobs[i].Seq = rows[0].Numbers[i];
                if (jobs[i].Work is { } work) Works.Made(work, jobs[i].Seq);
            }
            anyKnown = rows[0].AnyKnown;
        });
        Replays.AskFor(questions, drafts);
        if (drafts.Any(draft => draft.Submission.MaxWaiting != long.MaxValue))
            questions.Add(Sql.Of("SELECT COALESCE(sum(pending), 0)::bigint FROM revela.ledger"), row => row.Long(), rows => Waiting = rows[0]);
        AskForSnapshots(questions, jobs);
        AskForInputs(questions, jobs);
        Shares.AskFor(questions, jobs);
        // Works are locked before items, so that one round trip asks for both; without items, only when it turned out that there are any.
        var items = jobs.Where(draft => draft.Job.NewItem is null).Select(draft => draft.Job.ItemId).OfType<Guid>().Distinct().Order().ToArray();
        if (items.Length > 0)
        {
            AskForLeaders(questions);
            AskForItems(questions, items);
        }
        await questions.Ask(tx).ConfigureAwait(false);
        if (!anyKnown || items.Length > 0) return;
        var later = new Questions();
        AskForLeaders(later);
        await later.Ask(tx).ConfigureAwait(false);
    }

    void AskForSnapshots(Questions questions, JobDraft[] jobs)
    {
        var missing = new List<SnapshotText>();
        foreach (var text in jobs.Select(draft => draft.Snapshot).DistinctBy(text => text.Hash))
        {
            if (snapshots.Known(text, tx.Now) is { } id) snapshotIds[text.Hash] = id;
            else missing.Add(text);
        }
        if (missing.Count == 0) return;
        questions.Add(Snapshots.Keep(missing, tx.Now), row => (Hash: row.Text(), Id: row.Long()), rows =>
        {
            NewSnapshots.AddRange(rows);
            foreach (var (hash, id) in rows) snapshotIds[hash] = id;
        });
    }

    void AskForLeaders(Questions questions)
    {
        questions.Add(Works.LockKnown(), Works.Read, Works.Locked);
        questions.Add(Sql.Of($"SELECT {Leader.Columns} FROM {Leader.From}"), Leader.Read, leaders =>
        {
            foreach (var leader in leaders)
            {
                if (leader.IsAlone) throw new CollisionException();
                Leaders[leader.Work] = leader;
            }
            // A claim that was just looking at one of them has passed it over.
            if (leaders.Count > 0) tx.Changes.Ring(Signal.Work);
        });
    }

    // Two questions, since only one that begins with the locks held sees what was committed before them.
    void AskForItems(Questions questions, Guid[] items)
    {
        questions.Add(ItemWrites.Lock(items), row => row.Int(), _ => { });
        questions.Add(Sql.Of("SELECT i.id, j.id, j.seq FROM revela.items i JOIN revela.jobs j ON j.id = i.job WHERE i.id = ANY($1) AND i.state IS NULL").Bind(items),
            row => (Item: row.Guid(), Job: (row.Guid(), row.Long())), rows =>
            {
                foreach (var (item, job) in rows) OpenJobs[item] = job;
            });
    }

    void AskForInputs(Questions questions, JobDraft[] jobs)
    {
        var assets = jobs.Select(draft => draft.Job.AssetId).Distinct().ToArray();
        questions.Add(Sql.Of("""
            SELECT a.id, a.bytes, EXISTS (SELECT 1 FROM revela.jobs j JOIN revela.ready r ON r.seq = j.seq WHERE j.asset = a.id AND r.bytes > 0)
            FROM unnest($1) AS input(id) CROSS JOIN LATERAL (SELECT id, bytes FROM revela.assets WHERE id = input.id OFFSET 0) a
            """).Bind(assets), row => (Id: row.Guid(), Bytes: row.Long(), IsCounted: row.Bool()), rows =>
        {
            foreach (var row in rows) inputs[row.Id] = (row.Bytes, row.IsCounted);
        });
    }
}
