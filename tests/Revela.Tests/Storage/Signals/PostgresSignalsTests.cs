using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Revela.Core.Queues;
using Revela.Storage.Signals;
using Revela.Storage.Signals.Postgres;
using Revela.Tests.Storage.Postgres;

namespace Revela.Tests.Storage.Signals;

/// <summary>Doorbells by LISTEN and NOTIFY: the conformance suite.</summary>
public sealed class PostgresSignalsTests : SignalsConformance
{
    readonly List<NpgsqlDataSource> sources = [];
    string? database;

    protected override async Task<ISignals> Open()
    {
        var server = await PostgresServer.Get();
        database ??= await server.CreateDatabase(withTables: false);
        var source = NpgsqlDataSource.Create(server.ConnectionString(database));
        sources.Add(source);
        return new FleetSignals(new NotifyWire(source), Time, NullLogger.Instance);
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var source in sources) await source.DisposeAsync();
        if (database is not null) await (await PostgresServer.Get()).DropDatabase(database);
    }
}
