using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.Storage.Postgres;

/// <summary>Wishes that <c>revela.enqueue</c> wrote.</summary>
sealed class PostgresInbox(PostgresDatabase database) : IInbox
{
    public Task Offer(IReadOnlyCollection<Pipeline> pipelines, CancellationToken cancel)
    {
        var sorted = pipelines.OrderBy(pipeline => pipeline.Name, StringComparer.Ordinal).ToArray();
        return database.Write(tx => tx.Run(Sql.Of("""
            INSERT INTO revela.pipelines (name, json) SELECT * FROM unnest($1, $2)
            ON CONFLICT (name) DO UPDATE SET json = excluded.json WHERE pipelines.json <> excluded.json
            """).Bind(Array.ConvertAll(sorted, pipeline => pipeline.Name)).Bind(Array.ConvertAll(sorted, pipeline => RowJson.Write(pipeline)!))), cancel);
    }

    public Task<int> Take(int atMost, Func<IReadOnlyList<Wish>, Task> accept, CancellationToken cancel) => database.Write(async tx =>
    {
        var rows = await tx.Query(Sql.Of("""
            SELECT number, job, tenant, asset, pipeline, priority, run_at, metadata, tags, item, fresh FROM revela.inbox ORDER BY number LIMIT $1 FOR UPDATE SKIP LOCKED
            """).Bind(atMost), Read).ConfigureAwait(false);
        if (rows.Count == 0) return 0;
        await accept(rows.ConvertAll(row => row.Wish)).ConfigureAwait(false);
        return await tx.Run(Sql.Of("DELETE FROM revela.inbox WHERE number = ANY($1)").Bind(rows.Select(row => row.Number).ToArray())).ConfigureAwait(false);
    }, cancel);

    static (long Number, Wish Wish) Read(Row row) => (row.Long(), new Wish
    {
        JobId = row.Guid(),
        Tenant = row.Text(),
        AssetId = row.Guid(),
        Pipeline = RowJson.Read<Pipeline>(row.Text())!,
        Priority = row.IntOrNull(),
        RunAt = row.TimeOrNull(),
        Metadata = RowJson.ReadObject(row.TextOrNull()),
        Tags = row.Texts(),
        ItemId = row.GuidOrNull(),
        Fresh = row.Bool(),
    });
}
