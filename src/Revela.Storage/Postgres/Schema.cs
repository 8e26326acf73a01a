using Npgsql;

namespace Revela.Storage.Postgres;

/// <summary>Brings the database's tables up to date: numbered migrations, under a lock, each once. A migration is never edited once released.</summary>
static class Schema
{
    static readonly string[] Migrations = [FirstMigration.Text, SecondMigration.Text, ThirdMigration.Text, AccountsMigration.Text, ReadersMigration.Text, NoticesMigration.Text, CallsMigration.Text, StatisticsMigration.Text, WebhooksMigration.Text, LikenessMigration.Text, RepliesMigration.Text, SchedulesMigration.Text, ItemsMigration.Text, OpenRepliesMigration.Text, ItemAgesMigration.Text, ReasonsMigration.Text, DrainsMigration.Text, ColoursMigration.Text, AloneMigration.Text, LineTimesMigration.Text, NumbersMigration.Text, WorksMigration.Text];

    /// <summary>Safe when several processes start at once; refuses a database from a newer Revela.</summary>
    public static async Task Migrate(NpgsqlDataSource source, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel).ConfigureAwait(false);
        await Require(connection, cancel).ConfigureAwait(false);
        if (await Version(connection, cancel).ConfigureAwait(false) == Migrations.Length) return;

        await using var transaction = await connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
        await Run(connection, $"SELECT pg_advisory_xact_lock({Locks.Migration})", cancel).ConfigureAwait(false);
        var version = await Version(connection, cancel).ConfigureAwait(false);
        if (version > Migrations.Length) throw new InvalidOperationException("This database was written by a newer version of Revela.");
        for (; version < Migrations.Length; version++) await Run(connection, Migrations[version], cancel).ConfigureAwait(false);
        await Run(connection, $"UPDATE revela.meta SET version = {Migrations.Length}", cancel).ConfigureAwait(false);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
    }

    static async Task Require(NpgsqlConnection connection, CancellationToken cancel)
    {
        if (connection.PostgreSqlVersion.Major < 13) throw new InvalidOperationException($"PostgreSQL {connection.PostgreSqlVersion} is too old: 13 or newer is needed.");
        await using var command = new NpgsqlCommand("SHOW server_encoding", connection);
        var encoding = (string?)await command.ExecuteScalarAsync(cancel).ConfigureAwait(false);
        if (encoding != "UTF8") throw new InvalidOperationException($"The database is encoded as {encoding}; Revela needs UTF8.");
    }

    static async Task<int> Version(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var exists = new NpgsqlCommand("SELECT to_regclass('revela.meta') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancel).ConfigureAwait(false) is not true) return 0;
        await using var version = new NpgsqlCommand("SELECT version FROM revela.meta", connection);
        return (int)(await version.ExecuteScalarAsync(cancel).ConfigureAwait(false))!;
    }

    static async Task Run(NpgsqlConnection connection, string script, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(script, connection);
        await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
    }
}

/// <summary>
/// Advisory locks of a database, in the order in which a transaction may take them; row locks come before all of them but <see cref="Graves"/>,
/// behind which only rows of assets are locked.
/// </summary>
static class Locks
{
    public const long Migration = 7_238_215_001;

    /// <summary>Held from reckoning what is left of money and turns until the call that takes of it is noted.</summary>
    public const long Calls = 7_238_215_012;

    /// <summary>Held while deciding that an object's last row is gone: two transactions that each delete one of two rows would both see the other's.</summary>
    public const long Graves = 7_238_215_002;

    /// <summary>Held from the first event's number to the commit, so that events become readable in the order of their numbers. Nothing is waited for behind it.</summary>
    public const long Events = 7_238_215_003;

    /// <summary>Held from the first notice's number to the commit, for the same reason. Nothing is waited for behind it but rows of watches.</summary>
    public const long Notices = 7_238_215_011;
}
