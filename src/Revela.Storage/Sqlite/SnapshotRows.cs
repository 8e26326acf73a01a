using System.Security.Cryptography;
using System.Text;
using Revela.Core.Pipelines;

namespace Revela.Storage.Sqlite;

/// <summary>The pipelines as jobs run them: each kept once, with a count of the jobs that share it; counts are held in memory until the commit.</summary>
sealed class SnapshotRows(Connection connection)
{
    const int MostInMemory = 4096;
    readonly Dictionary<string, Kept> known = new(StringComparer.Ordinal);
    readonly List<Kept> changed = [];

    /// <summary>Keeps the snapshot for one more job; its number.</summary>
    public long Keep(SnapshotText text)
    {
        if (!known.TryGetValue(text.Hash, out var kept)) known.Add(text.Hash, kept = new Kept(Find(text) ?? Insert(text)));
        if (kept.More++ == 0) changed.Add(kept);
        return kept.Id;
    }

    /// <summary>One job fewer needs it; it goes with the last.</summary>
    public void Release(long id)
    {
        Write();
        using (var update = connection.Use("UPDATE snapshots SET refs = refs - 1 WHERE id = ?")) update.Bind(id).Run();
        using var delete = connection.Use("DELETE FROM snapshots WHERE id = ? AND refs <= 0");
        if (delete.Bind(id).Run() > 0) Forget();
    }

    public void Write()
    {
        foreach (var kept in changed)
        {
            using var update = connection.Use("UPDATE snapshots SET refs = refs + ? WHERE id = ?");
            update.Bind(kept.More).Bind(kept.Id).Run();
            kept.More = 0;
        }
        changed.Clear();
        if (known.Count > MostInMemory) known.Clear();
    }

    public void Forget()
    {
        known.Clear();
        changed.Clear();
    }

    long? Find(SnapshotText text)
    {
        using var query = connection.Use("SELECT id FROM snapshots WHERE hash = ?");
        return query.Bind(text.Hash).Step() ? query.Long(0) : null;
    }

    long Insert(SnapshotText text)
    {
        using var insert = connection.Use("INSERT INTO snapshots (hash, json, refs) VALUES (?, ?, 0) RETURNING id");
        return insert.Bind(text.Hash).Bind(text.Json).Number();
    }

    sealed class Kept(long id)
    {
        public long Id => id;

        /// <summary>Jobs that came since the last write.</summary>
        public long More;
    }
}

/// <summary>A pipeline as it is stored.</summary>
/// <param name="Hash">SHA-256 of the JSON, in hex.</param>
sealed record SnapshotText(string Hash, string Json)
{
    public static SnapshotText Of(Pipeline pipeline)
    {
        var json = RowJson.Write(pipeline)!;
        return new SnapshotText(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json))), json);
    }
}
