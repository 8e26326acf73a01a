using Revela.Core.Accounts;

namespace Revela.Storage.Postgres;

/// <summary>People and their sessions in PostgreSQL.</summary>
sealed class PostgresUserStore(PostgresDatabase database) : IUserStore
{
    const string Columns = "id, email, name, password, role, tenant, created_at, signed_in_at, disabled_at, tries, locked_until";

    public async Task<bool> Add(User user, CancellationToken cancel) => await database.Write(
        tx => tx.Run(Sql.Of($"INSERT INTO revela.users ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (email) DO NOTHING")
            .Bind(user.Id).Bind(user.Email).Bind(Sql.Clean(user.Name)).Bind(user.PasswordHash).Bind((int)user.Role).Bind(user.Tenant).Bind(Micros.Cut(user.CreatedAt))
            .Bind(user.SignedInAt).Bind(user.DisabledAt).Bind(user.Tries).Bind(user.LockedUntil)),
        cancel).ConfigureAwait(false) > 0;

    public async Task<User?> Find(string email, CancellationToken cancel) => (await database.Read(
        db => db.Query(Sql.Of($"SELECT {Columns} FROM revela.users WHERE email = $1").Bind(email), Read), cancel).ConfigureAwait(false)).SingleOrDefault();

    public async Task<User?> Get(Guid id, CancellationToken cancel) => (await database.Read(
        db => db.Query(Sql.Of($"SELECT {Columns} FROM revela.users WHERE id = $1").Bind(id), Read), cancel).ConfigureAwait(false)).SingleOrDefault();

    public async Task<IReadOnlyList<User>> List(string? tenant, CancellationToken cancel) => await database.Read(
        db => db.Query(Sql.Of($"SELECT {Columns} FROM revela.users WHERE tenant = COALESCE($1, tenant) ORDER BY email").Bind(tenant), Read), cancel).ConfigureAwait(false);

    public Task<User?> Change(Guid id, UserChange change, CancellationToken cancel) => database.Write(async tx =>
    {
        if (await Lock(tx, id).ConfigureAwait(false) is not { } user) return null;
        var changed = change.Apply(user, tx.Now);
        await Save(tx, changed).ConfigureAwait(false);
        if (change.EndsSessions) await tx.Run(Sql.Of("DELETE FROM revela.sessions WHERE person = $1").Bind(id)).ConfigureAwait(false);
        return changed;
    }, cancel);

    public Task<bool> TakeTry(Guid id, int most, TimeSpan lockFor, CancellationToken cancel) => database.Write(async tx =>
    {
        if (await Lock(tx, id).ConfigureAwait(false) is not { } user || user.IsLocked(tx.Now)) return false;
        await Save(tx, user.WithTry(most, lockFor, tx.Now)).ConfigureAwait(false);
        return true;
    }, cancel);

    public Task<bool> Begin(Session session, string passwordHash, CancellationToken cancel) => database.Write(async tx =>
    {
        if (await Lock(tx, session.UserId).ConfigureAwait(false) is not { DisabledAt: null } user || user.PasswordHash != passwordHash) return false;
        await Save(tx, user.SignedIn(tx.Now)).ConfigureAwait(false);
        await tx.Run(Sql.Of("DELETE FROM revela.sessions WHERE expires_at <= $1").Bind(tx.Now)).ConfigureAwait(false);
        await tx.Run(Sql.Of("INSERT INTO revela.sessions (id, person, sha256, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)")
            .Bind(session.Id).Bind(session.UserId).Bind(session.Sha256).Bind(Micros.Cut(session.CreatedAt)).Bind(Micros.Cut(session.ExpiresAt))).ConfigureAwait(false);
        return true;
    }, cancel);

    public Task<SignedIn?> FindSession(string sha256, CancellationToken cancel) => database.Read(async db =>
    {
        var sessions = await db.Query(Sql.Of("SELECT id, person, sha256, created_at, expires_at FROM revela.sessions WHERE sha256 = $1").Bind(sha256),
            row => new Session(row.Guid(), row.Guid(), row.Text(), row.Time(), row.Time())).ConfigureAwait(false);
        if (sessions.Count == 0) return null;
        var users = await db.Query(Sql.Of($"SELECT {Columns} FROM revela.users WHERE id = $1").Bind(sessions[0].UserId), Read).ConfigureAwait(false);
        return users.Count == 0 ? null : new SignedIn(sessions[0], users[0]);
    }, cancel);

    public async Task<bool> End(Guid session, CancellationToken cancel) => await database.Write(
        tx => tx.Run(Sql.Of("DELETE FROM revela.sessions WHERE id = $1").Bind(session)), cancel).ConfigureAwait(false) > 0;

    static async Task<User?> Lock(Transaction tx, Guid id) =>
        (await tx.Query(Sql.Of($"SELECT {Columns} FROM revela.users WHERE id = $1 FOR UPDATE").Bind(id), Read).ConfigureAwait(false)).SingleOrDefault();

    static Task<int> Save(Transaction tx, User user) => tx.Run(
        Sql.Of("UPDATE revela.users SET name = $1, password = $2, role = $3, signed_in_at = $4, disabled_at = $5, tries = $6, locked_until = $7 WHERE id = $8")
            .Bind(Sql.Clean(user.Name)).Bind(user.PasswordHash).Bind((int)user.Role).Bind(user.SignedInAt).Bind(user.DisabledAt)
            .Bind(user.Tries).Bind(user.LockedUntil).Bind(user.Id));

    static User Read(Row row) => new()
    {
        Id = row.Guid(),
        Email = row.Text(),
        Name = row.Text(),
        PasswordHash = row.Text(),
        Role = (Role)row.Int(),
        Tenant = row.Text(),
        CreatedAt = row.Time(),
        SignedInAt = row.TimeOrNull(),
        DisabledAt = row.TimeOrNull(),
        Tries = row.Int(),
        LockedUntil = row.TimeOrNull(),
    };
}
