using Revela.Core.Accounts;

namespace Revela.Storage.Sqlite;

/// <summary>People and their sessions in the embedded database.</summary>
sealed class SqliteUserStore(SqliteDatabase database) : IUserStore
{
    const string Columns = "id, email, name, password, role, tenant, created_at, signed_in_at, disabled_at, tries, locked_until";

    public Task<bool> Add(User user, CancellationToken cancel) => database.Write(tx =>
    {
        using var insert = tx.Db.Use($"INSERT OR IGNORE INTO users ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        return insert.Bind(user.Id).Bind(user.Email).Bind(user.Name).Bind(user.PasswordHash).Bind((long)user.Role).Bind(user.Tenant).Bind(user.CreatedAt)
            .Bind(user.SignedInAt).Bind(user.DisabledAt).Bind((long)user.Tries).Bind(user.LockedUntil).Run() > 0;
    }, cancel);

    public Task<User?> Find(string email, CancellationToken cancel) => database.Read(db =>
    {
        using var query = db.Use($"SELECT {Columns} FROM users WHERE email = ?");
        return query.Bind(email).Step() ? Read(query) : null;
    }, cancel);

    public Task<User?> Get(Guid id, CancellationToken cancel) => database.Read(db => Get(db, id), cancel);

    public async Task<IReadOnlyList<User>> List(string? tenant, CancellationToken cancel) => await database.Read(db =>
    {
        using var query = db.Use($"SELECT {Columns} FROM users WHERE tenant = COALESCE(?, tenant) ORDER BY email");
        query.Bind(tenant);
        var users = new List<User>();
        while (query.Step()) users.Add(Read(query));
        return users;
    }, cancel).ConfigureAwait(false);

    public Task<User?> Change(Guid id, UserChange change, CancellationToken cancel) => database.Write(tx =>
    {
        if (Get(tx.Db, id) is not { } user) return null;
        var changed = change.Apply(user, tx.Now);
        Save(tx, changed);
        if (change.EndsSessions)
        {
            using var end = tx.Db.Use("DELETE FROM sessions WHERE person = ?");
            end.Bind(id).Run();
        }
        return changed;
    }, cancel);

    public Task<bool> TakeTry(Guid id, int most, TimeSpan lockFor, CancellationToken cancel) => database.Write(tx =>
    {
        if (Get(tx.Db, id) is not { } user || user.IsLocked(tx.Now)) return false;
        Save(tx, user.WithTry(most, lockFor, tx.Now));
        return true;
    }, cancel);

    public Task<bool> Begin(Session session, string passwordHash, CancellationToken cancel) => database.Write(tx =>
    {
        if (Get(tx.Db, session.UserId) is not { DisabledAt: null } user || user.PasswordHash != passwordHash) return false;
        Save(tx, user.SignedIn(tx.Now));
        using (var sweep = tx.Db.Use("DELETE FROM sessions WHERE expires_at <= ?")) sweep.Bind(tx.Now).Run();
        using var insert = tx.Db.Use("INSERT INTO sessions (id, person, sha256, created_at, expires_at) VALUES (?, ?, ?, ?, ?)");
        insert.Bind(session.Id).Bind(session.UserId).Bind(session.Sha256).Bind(session.CreatedAt).Bind(session.ExpiresAt).Run();
        return true;
    }, cancel);

    public Task<SignedIn?> FindSession(string sha256, CancellationToken cancel) => database.Read(db =>
    {
        if (ReadSession(db, sha256) is not { } session || Get(db, session.UserId) is not { } user) return null;
        return new SignedIn(session, user);
    }, cancel);

    public Task<bool> End(Guid session, CancellationToken cancel) => database.Write(tx =>
    {
        using var delete = tx.Db.Use("DELETE FROM sessions WHERE id = ?");
        return delete.Bind(session).Run() > 0;
    }, cancel);

    static void Save(WriteTransaction tx, User user)
    {
        using var update = tx.Db.Use("UPDATE users SET name = ?, password = ?, role = ?, signed_in_at = ?, disabled_at = ?, tries = ?, locked_until = ? WHERE id = ?");
        update.Bind(user.Name).Bind(user.PasswordHash).Bind((long)user.Role).Bind(user.SignedInAt).Bind(user.DisabledAt)
            .Bind((long)user.Tries).Bind(user.LockedUntil).Bind(user.Id).Run();
    }

    static User? Get(Connection db, Guid id)
    {
        using var query = db.Use($"SELECT {Columns} FROM users WHERE id = ?");
        return query.Bind(id).Step() ? Read(query) : null;
    }

    static Session? ReadSession(Connection db, string sha256)
    {
        using var query = db.Use("SELECT id, person, sha256, created_at, expires_at FROM sessions WHERE sha256 = ?");
        return query.Bind(sha256).Step() ? new Session(query.Guid(0), query.Guid(1), query.Text(2), query.Time(3), query.Time(4)) : null;
    }

    static User Read(Statement row) => new()
    {
        Id = row.Guid(0),
        Email = row.Text(1),
        Name = row.Text(2),
        PasswordHash = row.Text(3),
        Role = (Role)row.Int(4),
        Tenant = row.Text(5),
        CreatedAt = row.Time(6),
        SignedInAt = row.TimeOrNull(7),
        DisabledAt = row.TimeOrNull(8),
        Tries = row.Int(9),
        LockedUntil = row.TimeOrNull(10),
    };
}
