using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Revela.Core.Pipelines;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>The pipelines as jobs run them, each kept once however many jobs share it.</summary>
sealed class Snapshots
{
    const int MostInMemory = 4096;

    // A row may be deleted once it was not confirmed for KeptFor and no job has it; what is remembered is trusted for much less.
    static readonly TimeSpan TrustedFor = TimeSpan.FromMinutes(10), KeptFor = TimeSpan.FromHours(2);

    readonly ConditionalWeakTable<Pipeline, SnapshotText> texts = [];
    readonly ConcurrentDictionary<long, Pipeline> pipelines = new();
    readonly ConcurrentDictionary<string, (long Id, DateTimeOffset At)> known = new();

    /// <summary>Its JSON and the hash of that; costs a serialisation only the first time an instance is seen.</summary>
    public SnapshotText TextOf(Pipeline pipeline) => texts.GetValue(pipeline, static p =>
    {
        var json = RowJson.Write(p)!;
        return new SnapshotText(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(json))), json);
    });

    public long? Known(SnapshotText text, DateTimeOffset now) => known.TryGetValue(text.Hash, out var row) && now - row.At < TrustedFor ? row.Id : null;

    /// <summary>To be called once the rows are committed.</summary>
    public void Remember(IEnumerable<(string Hash, long Id)> rows, DateTimeOffset now)
    {
        if (known.Count >= MostInMemory) known.Clear();
        foreach (var (hash, id) in rows) known[hash] = (id, now);
    }

    /// <summary>Makes the rows that are absent, in one order, so that two servers do not wait for each other; answers with hash and number.</summary>
    public static NpgsqlBatchCommand Keep(IEnumerable<SnapshotText> snapshots, DateTimeOffset now)
    {
        var sorted = snapshots.OrderBy(text => text.Hash, StringComparer.Ordinal).ToArray();
        return Sql.Of("""
            INSERT INTO revela.snapshots (hash, json, used_at) SELECT decode(hash, 'hex'), json, $3 FROM unnest($1, $2) AS s(hash, json)
            ON CONFLICT (hash) DO UPDATE SET used_at = excluded.used_at RETURNING upper(encode(hash, 'hex')), id
            """).Bind(Array.ConvertAll(sorted, text => text.Hash)).Bind(Array.ConvertAll(sorted, text => text.Json)).Bind(now);
    }

    /// <summary>Deletes those of these that no job has any more and nobody is about to use.</summary>
    public static NpgsqlBatchCommand Forget(IEnumerable<long> ids, DateTimeOffset now) => Sql.Of("""
        DELETE FROM revela.snapshots s WHERE s.id = ANY($1) AND s.used_at < $2 AND NOT EXISTS (SELECT 1 FROM revela.jobs WHERE snapshot = s.id)
        """).Bind(ids.Distinct().ToArray()).Bind(now - KeptFor);

    /// <summary>The pipelines of these rows, from memory as far as possible.</summary>
    public async Task<Pipeline[]> Load(Transaction db, IReadOnlyList<long> ids)
    {
        var missing = ids.Where(id => !pipelines.ContainsKey(id)).Distinct().ToArray();
        var loaded = new Dictionary<long, Pipeline>();
        if (missing.Length > 0)
        {
            var rows = await db.Query(Sql.Of("SELECT id, json FROM revela.snapshots WHERE id = ANY($1)").Bind(missing), row => (row.Long(), row.Text())).ConfigureAwait(false);
            if (pipelines.Count >= MostInMemory) pipelines.Clear();
            foreach (var (id, json) in rows) loaded[id] = pipelines[id] = RowJson.Read<Pipeline>(json)!;
        }
        return [.. ids.Select(id => loaded.TryGetValue(id, out var fresh) || pipelines.TryGetValue(id, out fresh)
            ? fresh
            : throw new InvalidOperationException($"Snapshot {id} is missing."))];
    }
}

/// <param name="Hash">Upper-case hex of the JSON's SHA-256.</param>
sealed record SnapshotText(string Hash, string Json);
