using System.Security.Cryptography;
using Revela.Core.Accounts;

namespace Revela.Storage.Sqlite;

/// <summary>Keys by their hash, and the secrets of this store, in the embedded database.</summary>
sealed class SqliteAccountStore(SqliteDatabase database) : IAccountStore
{
    const string Columns = "id, name, sha256, scopes, tenant, created_at, last_used_at, revoked_at";
    static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(1);

    public Task AddKey(ApiKey key, CancellationToken cancel) => database.Write(tx =>
    {
        using var insert = tx.Db.Use($"INSERT INTO api_keys ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        return insert.Bind(key.Id).Bind(key.Name).Bind(key.Sha256).Bind((long)key.Scopes).Bind(key.Tenant)
            .Bind(key.CreatedAt).Bind(key.LastUsedAt).Bind(key.RevokedAt).Run();
    }, cancel);

    public Task<ApiKey?> FindKey(string sha256, CancellationToken cancel) => database.Read(db =>
    {
        using var query = db.Use($"SELECT {Columns} FROM api_keys WHERE sha256 = ?");
        return query.Bind(sha256).Step() ? Read(query) : null;
    }, cancel);

    public async Task<IReadOnlyList<ApiKey>> ListKeys(CancellationToken cancel) => await database.Read(db =>
    {
        using var query = db.Use($"SELECT {Columns} FROM api_keys ORDER BY created_at, id");
        var keys = new List<ApiKey>();
        while (query.Step()) keys.Add(Read(query));
        return keys;
    }, cancel).ConfigureAwait(false);

    public Task<bool> RevokeKey(Guid id, CancellationToken cancel) => database.Write(tx =>
    {
        using var update = tx.Db.Use("UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL");
        return update.Bind(tx.Now).Bind(id).Run() > 0;
    }, cancel);

    public async Task TouchKey(Guid id, CancellationToken cancel)
    {
        var before = database.Time.GetUtcNow() - TouchEvery;
        if (!await database.Read(db => IsUntouched(db, id, before), cancel).ConfigureAwait(false)) return;
        await database.Write(tx =>
        {
            using var update = tx.Db.Use("UPDATE api_keys SET last_used_at = ? WHERE id = ?");
            return update.Bind(tx.Now).Bind(id).Run();
        }, cancel).ConfigureAwait(false);
    }

    public Task<byte[]> Secret(string name, CancellationToken cancel) => database.Write(tx =>
    {
        using (var insert = tx.Db.Use("INSERT OR IGNORE INTO secrets (name, value) VALUES (?, ?)"))
            insert.Bind(name).Bind(RandomNumberGenerator.GetBytes(32)).Run();
        using var query = tx.Db.Use("SELECT value FROM secrets WHERE name = ?");
        query.Bind(name).Step();
        return query.Bytes(0);
    }, cancel);

    static bool IsUntouched(Connection db, Guid id, DateTimeOffset before)
    {
        using var query = db.Use("SELECT 1 FROM api_keys WHERE id = ? AND COALESCE(last_used_at, 0) <= ?");
        return query.Bind(id).Bind(before).Step();
    }

    static ApiKey Read(Statement row) =>
        new(row.Guid(0), row.Text(1), row.Text(2), (Scopes)row.Int(3), row.Text(4), row.Time(5), row.TimeOrNull(6), row.TimeOrNull(7));
}
