using System.Diagnostics;
using Npgsql;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Core.Queues;
using Revela.Services;
using Revela.Storage.Objects.Files;
using Revela.Storage.Postgres;
using Revela.Storage.Signals;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage.Postgres;

/// <summary>Behind a pooler that gives each transaction another connection, messages do not arrive: all goes on by looking.</summary>
public sealed class PgBouncerTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("revela-bouncer-").FullName;
    readonly int port = ServiceScript.FreePort();
    string database = "";
    Process? bouncer;

    public async Task InitializeAsync()
    {
        Skip.IfNot(ServiceScript.IsInstalled("pgbouncer") || File.Exists("/usr/sbin/pgbouncer"), "PgBouncer is not installed (Debian: apt-get install pgbouncer)");
        var postgres = await PostgresServer.Get();
        database = await postgres.CreateDatabase();
        var host = new NpgsqlConnectionStringBuilder(postgres.ConnectionString(database)).Host;
        await File.WriteAllTextAsync(Path.Combine(folder, "pgbouncer.ini"), $"""
            [databases]
            * = host={host}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = trust
            auth_file = {folder}/users
            pool_mode = transaction
            default_pool_size = 3
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "users"), "\"revela\" \"\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        string[] command = [.. Environment.IsPrivilegedProcess ? ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"] : Array.Empty<string>(),
            "setpriv", "--pdeathsig", "KILL", "/usr/sbin/pgbouncer", "-q", Path.Combine(folder, "pgbouncer.ini")];
        bouncer = Process.Start(new ProcessStartInfo(command[0], command[1..]))!;
    }

    public async Task DisposeAsync()
    {
        if (bouncer is not null)
        {
            bouncer.Kill();
            await bouncer.WaitForExitAsync();
            bouncer.Dispose();
        }
        if (database.Length > 0) await (await PostgresServer.Get()).DropDatabase(database);
        Directory.Delete(folder, recursive: true);
    }

    [SkippableFact]
    public async Task Jobs_are_taken_in_noticed_elsewhere_and_ended()
    {
        await using var here = await Open();
        await using var there = await Open();
        await here.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 100 }, default);
        for (var i = 0; i < 20; i++)
        {
            var seen = there.Signals.Version(Signal.Work);
            await Submit(here);
            (await there.Signals.Wait(Signal.Work, seen, TimeSpan.FromSeconds(60), default)).ShouldBeTrue();
        }
        ((FleetSignals)there.Signals).Hears.ShouldBeFalse("a message that came back to its sender proves nothing");

        for (var done = 0; done < 20;)
            foreach (var job in (await there.Jobs.Claim(new ClaimRequest { Worker = "w", LeaseFor = TimeSpan.FromSeconds(20) }, default)).Jobs)
            {
                (await there.Jobs.Settle(new Settlement(job.Job.Id, job.Lease, new Ending.Completed([], null), []), default)).ShouldBeTrue();
                done++;
            }
        (await here.Jobs.Ledger(default)).ShouldHaveSingleItem().Completed.ShouldBe(20);
    }

    async Task<PostgresStore> Open()
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await PostgresStore.Open(
                    $"Host=127.0.0.1;Port={port};Username=revela;Database={database};Max Auto Prepare=0", new FilesObjectStore(folder, TimeProvider.System), TimeProvider.System, null, default);
            }
            catch (OutageException) when (tries < 200)
            {
                // It is just starting.
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }

    static async Task Submit(PostgresStore store)
    {
        var pipeline = new Pipeline { Name = "grey", Steps = [new Step("grayscale", [])] };
        await store.Jobs.Submit(new NewSubmission
        {
            Jobs = [new NewJob { Id = Ids.New(TimeProvider.System), Tenant = "studio", Queue = Queue.Default, Pipeline = pipeline, AssetId = Ids.New(TimeProvider.System) }],
        }, default);
    }
}
