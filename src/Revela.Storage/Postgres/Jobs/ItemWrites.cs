using Npgsql;
using Revela.Core.Items;
using Revela.Core.Jobs;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>What jobs write on their items in one transaction. Only the job that was submitted or put back last for an item speaks for it.</summary>
sealed class ItemWrites(Transaction tx)
{
    readonly List<NewItem> made = [];
    readonly Dictionary<Guid, Guid> begun = [];
    readonly List<Ended> ended = [];

    /// <summary>Rows of items are locked in this order, and behind works.</summary>
    public static NpgsqlBatchCommand Lock(Guid[] items) => Sql.Of("SELECT 1 FROM revela.items WHERE id = ANY($1) ORDER BY id FOR UPDATE").Bind(items);

    /// <summary>From now on this job, put back, speaks for its item.</summary>
    public static NpgsqlBatchCommand? BeginAgain(JobHead job, DateTimeOffset now) => job.Item is not { } item ? null : Sql.Of("""
        UPDATE revela.items SET job = $1, state = NULL, error = NULL, ended_at = NULL, updated_at = $2 WHERE id = $3
        """).Bind(job.Id).Bind(now).Bind(item);

    /// <summary>From now on this job speaks for its item, which may be made with it.</summary>
    public void Begin(JobHead job, Item? item)
    {
        if (item is not null) made.Add(new NewItem(item, job.Id));
        else if (job.Item is { } known) begun[known] = job.Id;
    }

    /// <param name="picture">What the job shows, if it made a picture.</param>
    /// <param name="data">JSON; of a completed job.</param>
    public void End(JobHead job, JobState state, string? error, Guid? picture = null, string? data = null)
    {
        if (job.Item is { } item) ended.Add(new Ended(item, job, state, error, picture, data));
    }

    /// <summary>The last thing before the commit.</summary>
    public async Task Write()
    {
        if (made.Count > 0) await tx.Run(Tables.Items.Insert(made)).ConfigureAwait(false);
        var touched = begun.Keys.Concat(ended.Select(one => one.Item)).Distinct().Order().ToArray();
        if (touched.Length == 0) return;
        var rows = await tx.Query(Sql.Of("""
            SELECT id, number, tenant, collection, job, state, error, ended_at, original, asset FROM revela.items WHERE id = ANY($1) ORDER BY id FOR UPDATE
            """).Bind(touched), Standing.Read).ConfigureAwait(false);
        var changes = rows.ConvertAll(Now).FindAll(change => change.Shows || change.After != change.Before);
        if (changes.Count > 0) await Write(changes).ConfigureAwait(false);
    }

    Change Now(Standing row)
    {
        var job = begun.TryGetValue(row.Id, out var latest) ? latest : row.Job;
        var last = ended.LastOrDefault(one => one.Item == row.Id && (job is null || one.Job.Id == job));
        if (last is null) return new Change(row, begun.ContainsKey(row.Id) ? row with { Job = job, State = null, Error = null, EndedAt = null } : row);
        var after = row with { Job = job, State = (int)last.State, Error = last.Error, EndedAt = tx.Now };
        var shows = last.State == JobState.Completed && (row.Original is null || row.Original == last.Job.Asset);
        return shows ? new Change(row, after with { Asset = last.Picture ?? row.Asset }, Shows: true, last.Data) : new Change(row, after);
    }

    async Task Write(List<Change> changes)
    {
        var questions = new Questions();
        questions.Add(Sql.Of("""
            UPDATE revela.items i SET job = c.job, state = c.state, error = c.error, ended_at = c.ended_at, asset = c.asset,
                data = CASE WHEN c.shows THEN c.data ELSE i.data END, updated_at = $9
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS c(id, job, state, error, ended_at, asset, shows, data) WHERE i.id = c.id
            """)
            .Bind(Each(changes, c => c.After.Id)).Bind(Each(changes, c => c.After.Job)).Bind(Each(changes, c => c.After.State)).Bind(Each(changes, c => c.After.Error))
            .Bind(Each(changes, c => c.After.EndedAt)).Bind(Each(changes, c => c.After.Asset)).Bind(Each(changes, c => c.Shows)).Bind(Each(changes, c => c.Data)).Bind(tx.Now));
        AddLabels(questions, changes.FindAll(change => change.Shows));
        await questions.Ask(tx).ConfigureAwait(false);
        await Graves.Released(tx, [.. changes.Where(c => c.After.Asset != c.Before.Asset).Select(c => c.Before.Asset).OfType<Guid>()]).ConfigureAwait(false);
    }

    static void AddLabels(Questions questions, List<Change> shown)
    {
        if (shown.Count == 0) return;
        questions.Add(Sql.Of("DELETE FROM revela.labels WHERE item = ANY($1)").Bind(Each(shown, c => c.After.Number)));
        var labels = shown.SelectMany(c => Labels.Of(RowJson.ReadObject(c.Data)).Select(label => (c.After, Label: label))).ToList();
        if (labels.Count == 0) return;
        questions.Add(Sql.Of("INSERT INTO revela.labels (tenant, collection, label, item) SELECT * FROM unnest($1, $2, $3, $4)")
            .Bind(Each(labels, l => l.After.Tenant)).Bind(Each(labels, l => l.After.Collection)).Bind(Each(labels, l => l.Label)).Bind(Each(labels, l => l.After.Number)));
    }

    static TValue[] Each<TRow, TValue>(List<TRow> rows, Func<TRow, TValue> value) => [.. rows.Select(value)];

    sealed record Ended(Guid Item, JobHead Job, JobState State, string? Error, Guid? Picture, string? Data);

    /// <summary>An item as it stands, locked.</summary>
    sealed record Standing(
        Guid Id, long Number, string Tenant, string Collection, Guid? Job, int? State, string? Error, DateTimeOffset? EndedAt, Guid? Original, Guid? Asset)
    {
        public static Standing Read(Row row) => new(
            row.Guid(), row.Long(), row.Text(), row.Text(), row.GuidOrNull(), row.IntOrNull(), row.TextOrNull(), row.TimeOrNull(), row.GuidOrNull(), row.GuidOrNull());
    }

    /// <param name="Shows">Whether the data becomes the item's.</param>
    sealed record Change(Standing Before, Standing After, bool Shows = false, string? Data = null);
}
