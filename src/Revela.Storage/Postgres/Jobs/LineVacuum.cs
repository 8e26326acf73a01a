using Npgsql;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>
/// Clears dead rows out of the line and the leases. Jobs pass through them by the thousand a second, every claim steps over what the
/// claims before it left behind, and the server's own autovacuum looks once a minute. Where it may not or cannot, that one still comes.
/// </summary>
sealed class LineVacuum(NpgsqlDataSource source)
{
    // So many dead entries cost a claim a fraction of a millisecond.
    const int LeastTaken = 20_000;

    // A long line is read through for each clearing: then after a share of its length.
    const int ShareOfLine = 5;

    long left = LeastTaken;
    int isRunning;

    /// <summary>So many jobs have left the line by this process.</summary>
    public void Count(int taken)
    {
        if (Interlocked.Add(ref left, -taken) <= 0 && Interlocked.Exchange(ref isRunning, 1) == 0) _ = Task.Run(Clear);
    }

    async Task Clear()
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync().ConfigureAwait(false);
            // Another process that is just clearing is not waited for, and the files are not cut, which would lock the table.
            await using var vacuum = new NpgsqlCommand("VACUUM (SKIP_LOCKED, TRUNCATE false) revela.ready, revela.leases", connection) { CommandTimeout = 0 };
            await vacuum.ExecuteNonQueryAsync().ConfigureAwait(false);
            await using var length = new NpgsqlCommand("SELECT reltuples::bigint FROM pg_class WHERE oid = 'revela.ready'::regclass", connection);
            Volatile.Write(ref left, Math.Max(LeastTaken, (long)(await length.ExecuteScalarAsync().ConfigureAwait(false))! / ShareOfLine));
        }
        catch (Exception e) when (e is NpgsqlException or ObjectDisposedException or InvalidOperationException)
        {
            Volatile.Write(ref left, LeastTaken);
        }
        finally
        {
            Volatile.Write(ref isRunning, 0);
        }
    }
}
