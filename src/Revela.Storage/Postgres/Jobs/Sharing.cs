using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>The job that stands for a piece of work: in line, running, or completed with its result.</summary>
/// <param name="IsAlone">While it waits or runs: whoever reads it has not been seen by its ending.</param>
/// <param name="Gate">While it waits.</param>
/// <param name="CancelRequested">While it runs.</param>
/// <param name="Outputs">JSON, of a completed one, as is <paramref name="Data"/>.</param>
/// <param name="Likeness">Of its input.</param>
sealed record Leader(Guid Work, long Seq, Guid Id, bool IsAlone, Gate? Gate, DateTimeOffset? RunAt, bool? CancelRequested, bool IsCompleted, string? Outputs, string? Data, Likeness? Likeness)
{
    public const string Columns = "w.hash, w.seq, j.id, COALESCE(r.alone, l.alone, false), r.gate, r.run_at, l.cancel_requested, e.seq IS NOT NULL, e.outputs, e.data, a.perceptual_hash, a.colours";
    // Row by row (OFFSET 0): the plan must not depend on how large the tables were when last analysed.
    public const string From = $"""
        {Works.Known} AS known(hash) CROSS JOIN LATERAL (SELECT * FROM revela.works WHERE hash = known.hash OFFSET 0) w CROSS JOIN LATERAL (SELECT id, asset FROM revela.jobs WHERE seq = w.seq OFFSET 0) j
        LEFT JOIN LATERAL (SELECT gate, run_at, alone FROM revela.ready WHERE seq = w.seq OFFSET 0) r ON true
        LEFT JOIN LATERAL (SELECT cancel_requested, alone FROM revela.leases WHERE job = j.id OFFSET 0) l ON true
        LEFT JOIN LATERAL (SELECT seq, outputs, data FROM revela.endings WHERE seq = w.seq AND state = 2 OFFSET 0) e ON true
        LEFT JOIN LATERAL (SELECT perceptual_hash, colours FROM revela.assets WHERE id = j.asset AND e.seq IS NOT NULL OFFSET 0) a ON true
        """;

    public static Leader Read(Row row) => new(
        row.Guid(), row.Long(), row.Guid(), row.Bool(), (Gate?)row.IntOrNull(), row.TimeOrNull(), row.BoolOrNull(), row.Bool(), row.TextOrNull(), row.TextOrNull(),
        row.LongOrNull() is { } hash && row.IntOrNull() is { } colours ? new Likeness(Quarters.Hash(hash), (Colours)colours) : null);

    /// <summary>Whether a job may wait for it: never for one that is parked, or that begins later than the job itself would.</summary>
    public bool MayLead(DateTimeOffset runAt) => Gate is { } gate
        ? gate is Jobs.Gate.Open or Jobs.Gate.Time && RunAt <= runAt
        : CancelRequested == false;
}

/// <summary>Finds identical work inside a tenant: a finished result to answer from, or a run in flight to join (law 6).</summary>
sealed class Sharing(Transaction tx, Ground ground)
{
    static readonly ILookup<long, Waiting> Nobody = Array.Empty<Waiting>().ToLookup(row => row.Job.Seq);
    readonly Dictionary<Guid, Result> results = [];

    public Finishing Finishing { get; } = new(tx, ground.Works, Nobody);

    /// <summary>Loads the results of the completed leaders whose pictures are all still there, and holds those until the commit.</summary>
    public async Task LoadResults()
    {
        var completed = ground.Leaders.Values.Where(leader => leader.IsCompleted)
            .Select(leader => (Leader: leader, Outputs: RowJson.ReadList<Output>(leader.Outputs))).ToList();
        var ids = completed.SelectMany(done => done.Outputs).Select(output => output.AssetId).ToArray();
        if (completed.Count == 0) return;
        var assets = ids.Length == 0 ? [] : await tx.Query(Sql.Of($"SELECT {AssetRows.Columns} FROM revela.assets WHERE id = ANY($1) ORDER BY id FOR KEY SHARE").Bind(ids), AssetRows.Read)
            .ConfigureAwait(false);
        var pictures = assets.ToDictionary(row => row.Asset.Id, row => row.Asset);
        foreach (var (leader, outputs) in completed)
        {
            if (!outputs.All(output => pictures.ContainsKey(output.AssetId))) continue;
            results[leader.Work] = new Result([.. outputs.Select(output => Picture(output, pictures[output.AssetId]))], leader.Data, leader.Likeness);
        }
    }

    /// <summary>Completes the job at once from an identical finished one.</summary>
    public bool TryReuse(JobHead job, Carried carried)
    {
        if (job.Work is not { } work || !results.TryGetValue(work, out var result)) return false;
        Finishing.Complete(job, carried with { StartedAt = tx.Now }, result.For(tx.Time, ground.Leaders[work].Id));
        return true;
    }

    public Leader? LeaderFor(JobHead job, DateTimeOffset runAt) =>
        job.Work is { } work && ground.Leaders.TryGetValue(work, out var leader) && !leader.IsCompleted && leader.MayLead(runAt) ? leader : null;

    /// <summary>The job leads from now on.</summary>
    public void Lead(Waiting row)
    {
        if (row.Job.Work is not { } work) return;
        ground.Works.StandFor(row.Job);
        if (!ground.Works.IsRepeated(work)) return;
        // Others of this transaction find it, too.
        results.Remove(work);
        ground.Leaders[work] = new Leader(work, row.Job.Seq, row.Job.Id, false, row.Gate, row.Carried.RunAt, null, false, null, null, null);
    }

    static NewOutput Picture(Output output, Asset asset) => new(
        asset.Id, output.Name, asset.StepIndex ?? 0,
        new StoredImage(asset.ObjectKey, asset.ContentType, asset.Bytes, asset.Sha256, asset.Width, asset.Height, asset.Frames));
}
