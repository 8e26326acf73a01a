using Npgsql;

namespace Revela.Storage.Postgres;

/// <summary>The connections of a process, half of them for each: those that write run a fixed set of statements, those that read ask all kinds of questions and do what is done once (migrations, a move).</summary>
sealed record Sources(NpgsqlDataSource Writing, NpgsqlDataSource Reading) : IAsyncDisposable
{
    // Few statements run at a time; more connections would only queue inside the server.
    const int MostConnections = 20;

    // A claim that a crash of the database forgets could give its lease id out twice (law 3), whatever the server's default is.
    // No statement here is worth compiling: a claim from a line of a million was compiled for 80 ms, anew each time, and ran for 10.
    // And what a process has locked that froze in the middle of a transaction is free again before its leases end.
    const string Always = """
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local');
        SELECT set_config(name, 'off', false) FROM pg_settings WHERE name = 'jit';
        SELECT set_config('idle_in_transaction_session_timeout', '10s', false);
        """;

    // A statement that writes is planned once, whatever is bound to it: planning it anew took up to twice as long as running it.
    // Since that may be while its tables are small, and they grow, no such plan may read one as a whole where there is an index.
    const string PlannedOnce = """
        SELECT set_config('plan_cache_mode', 'force_generic_plan', false), set_config('enable_seqscan', 'off', false)
        """;

    public static Sources Of(NpgsqlConnectionStringBuilder settings)
    {
        if (string.IsNullOrEmpty(settings.ApplicationName)) settings.ApplicationName = "revela";
        if (settings.MaxPoolSize == new NpgsqlConnectionStringBuilder().MaxPoolSize) settings.MaxPoolSize = MostConnections;
        // Every statement is one of a fixed set: prepared once per connection, unless a pooler between forbids it, and nothing to reset between uses.
        if (!settings.ShouldSerialize("Max Auto Prepare")) settings.MaxAutoPrepare = 200;
        settings.AutoPrepareMinUsages = 2;
        settings.NoResetOnClose = true;
        // Whether it was the commit that failed, or what was sent behind it.
        settings.IncludeFailedBatchedCommand = true;
        if (settings.KeepAlive == 0) settings.KeepAlive = 15;
        // One of those that read may be taken for good, by who listens.
        var most = settings.MaxPoolSize;
        return new Sources(Source(settings, Math.Max(1, most / 2), Always + PlannedOnce), Source(settings, Math.Max(2, most - most / 2), Always));
    }

    static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder settings, int most, string first)
    {
        settings.MaxPoolSize = most;
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        // Every type is one of PostgreSQL's own: nobody need ask for them.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        builder.UsePhysicalConnectionInitializer(
            connection => new NpgsqlCommand(first, connection).ExecuteNonQuery(),
            async connection => await new NpgsqlCommand(first, connection).ExecuteNonQueryAsync().ConfigureAwait(false));
        return builder.Build();
    }

    /// <summary>Drops all connections: after a restart of the server every one of them is dead.</summary>
    public void Clear()
    {
        Writing.Clear();
        Reading.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await Writing.DisposeAsync().ConfigureAwait(false);
        await Reading.DisposeAsync().ConfigureAwait(false);
    }
}
