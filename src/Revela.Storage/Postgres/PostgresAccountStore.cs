using System.Security.Cryptography;
using Revela.Core.Accounts;

namespace Revela.Storage.Postgres;

/// <summary>Keys by their hash, and the secrets of this store, in PostgreSQL.</summary>
sealed class PostgresAccountStore(PostgresDatabase database) : IAccountStore
{
    const string Columns = "id, name, sha256, scopes, tenant, created_at, last_used_at, revoked_at";
    static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(1);

    public Task AddKey(ApiKey key, CancellationToken cancel) => database.Write(
        tx => tx.Run(Sql.Of($"INSERT INTO revela.api_keys ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
            .Bind(key.Id).Bind(Sql.Clean(key.Name)).Bind(key.Sha256).Bind((int)key.Scopes).Bind(key.Tenant).Bind(Micros.Cut(key.CreatedAt)).Bind(key.LastUsedAt).Bind(key.RevokedAt)),
        cancel);

    public async Task<ApiKey?> FindKey(string sha256, CancellationToken cancel) => (await database.Read(
        db => db.Query(Sql.Of($"SELECT {Columns} FROM revela.api_keys WHERE sha256 = $1").Bind(sha256), Read), cancel).ConfigureAwait(false)).SingleOrDefault();

    public async Task<IReadOnlyList<ApiKey>> ListKeys(CancellationToken cancel) =>
        await database.Read(db => db.Query(Sql.Of($"SELECT {Columns} FROM revela.api_keys ORDER BY created_at, id"), Read), cancel).ConfigureAwait(false);

    public async Task<bool> RevokeKey(Guid id, CancellationToken cancel) => await database.Write(
        tx => tx.Run(Sql.Of("UPDATE revela.api_keys SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL").Bind(tx.Now).Bind(id)), cancel).ConfigureAwait(false) > 0;

    public async Task TouchKey(Guid id, CancellationToken cancel)
    {
        var untouched = await database.Read(db => db.Query(
            Sql.Of("SELECT 1 FROM revela.api_keys WHERE id = $1 AND COALESCE(last_used_at, 'epoch') <= $2").Bind(id).Bind(db.Now - TouchEvery), row => row.Int()), cancel).ConfigureAwait(false);
        if (untouched.Count == 0) return;
        await database.Write(tx => tx.Run(Sql.Of("UPDATE revela.api_keys SET last_used_at = $1 WHERE id = $2").Bind(tx.Now).Bind(id)), cancel).ConfigureAwait(false);
    }

    public async Task<byte[]> Secret(string name, CancellationToken cancel) => (await database.Write(async tx =>
    {
        await tx.Run(Sql.Of("INSERT INTO revela.secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING").Bind(name).Bind(RandomNumberGenerator.GetBytes(32))).ConfigureAwait(false);
        return await tx.Query(Sql.Of("SELECT value FROM revela.secrets WHERE name = $1").Bind(name), row => row.Bytes()).ConfigureAwait(false);
    }, cancel).ConfigureAwait(false)).Single();

    static ApiKey Read(Row row) =>
        new(row.Guid(), row.Text(), row.Text(), (Scopes)row.Int(), row.Text(), row.Time(), row.TimeOrNull(), row.TimeOrNull());
}
