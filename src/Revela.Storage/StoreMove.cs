using System.Security.Cryptography;
using Revela.Core.Assets;
using Revela.Storage.Postgres;

namespace Revela.Storage;

/// <summary>
/// Moves all that an embedded store holds to PostgreSQL and to another object storage: bytes first, each proven by its hash, then all rows
/// in one transaction (law 1). Cut short, it is begun again and passes over what is there. The old store stays as it is.
/// </summary>
public sealed class StoreMove(EmbeddedStore from, PostgresStore to)
{
    const int AtOnce = 8;

    readonly Dictionary<string, string> hashes = [];

    /// <summary>Told of each object that is proven to be there.</summary>
    public Action? Proven { get; init; }

    /// <returns>What was moved, or found to be there already by an earlier move of the same store.</returns>
    /// <exception cref="MoveException">The target holds other data, or bytes are not what their rows say.</exception>
    public async Task<Moved> Run(CancellationToken cancel)
    {
        var wasMoved = await to.HoldsData(cancel).ConfigureAwait(false);
        if (wasMoved && !await IsTheSame(cancel).ConfigureAwait(false)) throw new MoveException("The target holds other data: nothing was moved.");
        foreach (var area in ObjectKeys.Areas) await MoveBytes(area, cancel).ConfigureAwait(false);
        await CheckHashes(cancel).ConfigureAwait(false);
        if (!wasMoved) await from.Export(to.Import, cancel).ConfigureAwait(false);
        var rows = await from.Export(tables => tables.ToDictionary(table => table.Table, table => (long)table.Rows.Count()), cancel).ConfigureAwait(false);
        if (!wasMoved) await CheckLedger(cancel).ConfigureAwait(false);
        return new Moved(rows["jobs"], rows["assets"], rows.Values.Sum(), hashes.Count, wasMoved);
    }

    /// <summary>How many objects there are to move.</summary>
    public async Task<int> CountObjects(CancellationToken cancel)
    {
        var count = 0;
        foreach (var area in ObjectKeys.Areas)
            await foreach (var _ in from.Objects.List(area, cancel).ConfigureAwait(false)) count++;
        return count;
    }

    // Both know the secret that links are signed with, which no two stores share by chance.
    async Task<bool> IsTheSame(CancellationToken cancel)
    {
        var here = await from.Accounts.Secret("links", cancel).ConfigureAwait(false);
        var there = await to.Accounts.Secret("links", cancel).ConfigureAwait(false);
        return here.AsSpan().SequenceEqual(there);
    }

    async Task MoveBytes(string area, CancellationToken cancel)
    {
        var there = new Dictionary<string, long>();
        await foreach (var found in to.Objects.List(area, cancel).ConfigureAwait(false)) there[found.Key] = found.Bytes;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel };
        await Parallel.ForEachAsync(from.Objects.List(area, cancel), options, async (found, stop) =>
        {
            var isThere = there.TryGetValue(found.Key, out var bytes) && bytes == found.Bytes;
            if (await Move(found.Key, isThere, stop).ConfigureAwait(false) is not { } hash) return;
            lock (hashes) hashes[found.Key] = hash;
            Proven?.Invoke();
        }).ConfigureAwait(false);
    }

    // Null when it was deleted meanwhile. What was there already is proven like what was just written.
    async Task<string?> Move(string key, bool isThere, CancellationToken cancel)
    {
        using var file = await from.Objects.Fetch(key, cancel).ConfigureAwait(false);
        if (file is null) return null;
        await using var bytes = File.OpenRead(file.Path);
        var hash = await HashOf(bytes, cancel).ConfigureAwait(false);
        if (isThere && await HashThere(key, cancel).ConfigureAwait(false) == hash) return hash;

        var copy = Path.Combine(to.Objects.Scratch, $"{Guid.NewGuid():N}.move");
        File.Copy(file.Path, copy);
        await to.Objects.Put(key, copy, ObjectKeys.ContentType(key), cancel).ConfigureAwait(false);
        return await HashThere(key, cancel).ConfigureAwait(false) == hash ? hash : throw new MoveException($"{key} did not arrive as it was sent.");
    }

    async Task<string?> HashThere(string key, CancellationToken cancel)
    {
        var bytes = await to.Objects.Open(key, cancel).ConfigureAwait(false);
        if (bytes is null) return null;
        await using (bytes.ConfigureAwait(false)) return await HashOf(bytes, cancel).ConfigureAwait(false);
    }

    static async Task<string> HashOf(Stream bytes, CancellationToken cancel) => Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancel).ConfigureAwait(false));

    async Task CheckHashes(CancellationToken cancel)
    {
        var wrong = await from.Export(tables => tables.Where(table => table.Table == "assets").SelectMany(Wrong).Take(10).ToArray(), cancel).ConfigureAwait(false);
        if (wrong.Length > 0) throw new MoveException($"The bytes of these objects are missing or not what their rows say (revela verify tells more): {string.Join(", ", wrong)}");
    }

    IEnumerable<string> Wrong(TableCopy assets)
    {
        var (key, sha256) = (assets.Columns.ToList().IndexOf("object_key"), assets.Columns.ToList().IndexOf("sha256"));
        return assets.Rows.Where(row => hashes.GetValueOrDefault((string)row[key]!) != (string)row[sha256]!).Select(row => (string)row[key]!);
    }

    async Task CheckLedger(CancellationToken cancel)
    {
        var (kept, counted) = (await to.Jobs.Ledger(cancel).ConfigureAwait(false), await to.Jobs.CountLedger(cancel).ConfigureAwait(false));
        if (!kept.SequenceEqual(counted)) throw new MoveException("The counters of the target do not count its rows.");
    }
}

/// <param name="Before">An earlier move had moved the rows; the bytes were proven again.</param>
public sealed record Moved(long Jobs, long Assets, long Rows, long Objects, bool Before);

/// <summary>A store cannot be moved; the message says why.</summary>
public sealed class MoveException(string message) : Exception(message);
