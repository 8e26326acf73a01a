using Revela.Core.Items;
using Revela.Core.Jobs;

namespace Revela.Storage.Postgres;

/// <summary>Items in PostgreSQL.</summary>
sealed class PostgresItemStore(PostgresDatabase database) : IItemStore
{
    const string Columns = "number, id, tenant, collection, external_id, metadata, original, asset, job, state, error, ended_at, data, created_at, updated_at";

    public Task<Item> Save(Item item, CancellationToken cancel) => database.Write(async tx =>
    {
        var before = await Pictures(tx, item.Tenant, item.Collection, item.ExternalId).ConfigureAwait(false);
        var insert = Tables.Items.Insert([new NewItem(item, null)], $"""
            ON CONFLICT (tenant, collection, external_id)
            DO UPDATE SET metadata = excluded.metadata, original = excluded.original, asset = excluded.asset, updated_at = excluded.updated_at RETURNING {Columns}
            """);
        var saved = (await tx.Query(insert, Read).ConfigureAwait(false))[0].Item;
        await LetGo(tx, before, saved).ConfigureAwait(false);
        return saved;
    }, cancel);

    public Task<bool> Add(Item item, CancellationToken cancel) => database.Write(
        async tx => await tx.Run(Tables.Items.Insert([new NewItem(item, null)], "ON CONFLICT (tenant, collection, external_id) DO NOTHING")).ConfigureAwait(false) > 0, cancel);

    public Task<Item?> Change(string tenant, string collection, string externalId, Func<Item, ItemChange?> change, CancellationToken cancel) => database.Write(async tx =>
    {
        var found = await tx.Query(Sql.Of($"SELECT {Columns} FROM revela.items WHERE tenant = $1 AND collection = $2 AND external_id = $3 FOR UPDATE")
            .Bind(tenant).Bind(collection).Bind(externalId), Read).ConfigureAwait(false);
        if (found.Count == 0) return null;
        var (number, before) = found[0];
        if (change(before) is not { } wanted) return before;
        var changed = (await tx.Query(Sql.Of($"""
            UPDATE revela.items SET metadata = COALESCE($2, metadata), original = COALESCE($3, original), asset = COALESCE($3, asset), data = COALESCE($4, data), updated_at = $5
            WHERE number = $1 RETURNING {Columns}
            """).Bind(number).Bind(RowJson.WriteObject(wanted.Metadata)).Bind(wanted.PictureId).Bind(RowJson.WriteObject(wanted.Data)).Bind(tx.Now), Read).ConfigureAwait(false))[0].Item;
        if (wanted.Data is not null) await Relabel(tx, number, changed).ConfigureAwait(false);
        await LetGo(tx, new PicturesOf(before.OriginalId, before.AssetId), changed).ConfigureAwait(false);
        return (Item?)changed;
    }, cancel);

    public async Task<Item?> Get(string tenant, string collection, string externalId, CancellationToken cancel)
    {
        var rows = await database.Read(db => db.Query(
            Sql.Of($"SELECT {Columns} FROM revela.items WHERE tenant = $1 AND collection = $2 AND external_id = $3").Bind(tenant).Bind(collection).Bind(externalId), Read), cancel)
            .ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0].Item;
    }

    public Task<Page<Item>> List(string tenant, string collection, string? label, string? cursor, int limit, CancellationToken cancel) => database.Read(async db =>
    {
        limit = Cursors.Limit(limit);
        var query = Sql.Of(label is null
            ? $"SELECT {Columns} FROM revela.items WHERE tenant = $1 AND collection = $2 AND number < $3 ORDER BY number DESC LIMIT $4"
            : $"""
                SELECT {Columns} FROM revela.items WHERE number IN (SELECT item FROM revela.labels
                    WHERE tenant = $1 AND collection = $2 AND item < $3 AND label = $5 ORDER BY item DESC LIMIT $4) ORDER BY number DESC
                """).Bind(tenant).Bind(collection).Bind(Cursors.Below(cursor)).Bind(limit + 1);
        if (label is not null) query.Bind(Sql.Clean(label));
        return Cursors.Page(await db.Query(query, Read).ConfigureAwait(false), limit);
    }, cancel);

    public async Task<IReadOnlyList<Item>> Unchanged(string collection, DateTimeOffset since, int limit, CancellationToken cancel) => (await database.Read(db => db.Query(Sql.Of($"""
        SELECT {Columns} FROM revela.items WHERE collection = $1 AND updated_at < $2 AND (job IS NULL OR state IS NOT NULL) ORDER BY updated_at LIMIT $3
        """).Bind(collection).Bind(since.ToUniversalTime()).Bind(limit), Read), cancel).ConfigureAwait(false)).ConvertAll(row => row.Item);

    // From one name to the next by the index, however many items lie between them.
    public async Task<IReadOnlyList<string>> Collections(string tenant, int limit, CancellationToken cancel) => await database.Read(db => db.Query(Sql.Of("""
        WITH RECURSIVE names(name) AS (
            SELECT min(collection) FROM revela.items WHERE tenant = $1
            UNION ALL SELECT (SELECT min(collection) FROM revela.items WHERE tenant = $1 AND collection > name) FROM names WHERE name IS NOT NULL)
        SELECT name FROM names WHERE name IS NOT NULL LIMIT $2
        """).Bind(tenant).Bind(limit), row => row.Text()), cancel).ConfigureAwait(false);

    public Task<bool> Delete(string tenant, string collection, string externalId, CancellationToken cancel) => database.Write(async tx =>
    {
        var gone = await tx.Query(Sql.Of("DELETE FROM revela.items WHERE tenant = $1 AND collection = $2 AND external_id = $3 RETURNING number, original, asset")
            .Bind(tenant).Bind(collection).Bind(externalId), row => (Number: row.Long(), Pictures: new PicturesOf(row.GuidOrNull(), row.GuidOrNull()))).ConfigureAwait(false);
        if (gone.Count == 0) return false;
        tx.Changes.First(Sql.Of("DELETE FROM revela.labels WHERE item = $1").Bind(gone[0].Number));
        await LetGo(tx, gone[0].Pictures, null).ConfigureAwait(false);
        return true;
    }, cancel);

    static async Task Relabel(Transaction tx, long number, Item item)
    {
        await tx.Run(Sql.Of("DELETE FROM revela.labels WHERE item = $1").Bind(number)).ConfigureAwait(false);
        await tx.Run(Sql.Of("INSERT INTO revela.labels (tenant, collection, label, item) SELECT $1, $2, label, $3 FROM unnest($4) AS label")
            .Bind(item.Tenant).Bind(item.Collection).Bind(number).Bind(Labels.Of(item.Data).ToArray())).ConfigureAwait(false);
    }

    static async Task<PicturesOf?> Pictures(Transaction tx, string tenant, string collection, string externalId) =>
        (await tx.Query(Sql.Of("SELECT original, asset FROM revela.items WHERE tenant = $1 AND collection = $2 AND external_id = $3 FOR UPDATE")
            .Bind(tenant).Bind(collection).Bind(externalId), row => new PicturesOf(row.GuidOrNull(), row.GuidOrNull())).ConfigureAwait(false)).SingleOrDefault();

    static async Task LetGo(Transaction tx, PicturesOf? before, Item? after)
    {
        if (before?.Asset is { } picture && picture != after?.AssetId) await Graves.Released(tx, [picture]).ConfigureAwait(false);
        if (before?.Original is { } original && original != after?.OriginalId) await Graves.DropUnused(tx, [original]).ConfigureAwait(false);
    }

    static (long Number, Item Item) Read(Row row) => (row.Long(), new Item
    {
        Id = row.Guid(),
        Tenant = row.Text(),
        Collection = row.Text(),
        ExternalId = row.Text(),
        Metadata = RowJson.ReadObject(row.TextOrNull()),
        OriginalId = row.GuidOrNull(),
        AssetId = row.GuidOrNull(),
        JobId = row.GuidOrNull(),
        Outcome = OutcomeOf(row.IntOrNull(), row.TextOrNull(), row.TimeOrNull()),
        Data = RowJson.ReadObject(row.TextOrNull()),
        CreatedAt = row.Time(),
        UpdatedAt = row.Time(),
    });

    static ItemOutcome? OutcomeOf(int? state, string? error, DateTimeOffset? at) =>
        state is { } ended ? new ItemOutcome((JobState)ended, RowJson.Read<JobError>(error), at!.Value) : null;

    sealed record PicturesOf(Guid? Original, Guid? Asset);
}
