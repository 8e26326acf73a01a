using System.Diagnostics;
using Npgsql;
using Revela.App;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Queues;
using Revela.Services;
using Revela.Tests.Storage.Postgres;
using Shouldly;
using Xunit;

namespace Revela.Tests.App;

/// <summary>An application enqueues inside a transaction of its own: with its commit the job is kept, without it there never was one.</summary>
public sealed class EnqueueBySqlTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("revela-enqueue-").FullName;
    PostgresServer postgres = null!;
    string database = "";
    NpgsqlConnection? application;
    LiveServer? server;

    NpgsqlConnection Application => application!;

    LiveServer Server => server!;

    public async Task InitializeAsync()
    {
        postgres = await PostgresServer.Get();
        database = await postgres.CreateDatabase();
        server = await Start(works: true);
        application = new NpgsqlConnection(postgres.ConnectionString(database));
        await application.OpenAsync();
        // Offered before the first wish is taken.
        for (var offered = 0L; offered == 0;) offered = await Ask<long>("SELECT count(*) FROM revela.pipelines");
        await Do("CREATE TABLE orders (id integer PRIMARY KEY, job uuid)");
    }

    public async Task DisposeAsync()
    {
        if (application is not null) await application.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
        if (database.Length > 0) await postgres.DropDatabase(database);
        Directory.Delete(folder, recursive: true);
    }

    [SkippableFact]
    public async Task What_the_application_commits_is_developed_under_the_id_that_it_was_given()
    {
        var asset = await Upload();
        await using var transaction = await Application.BeginTransactionAsync();
        await Do($"INSERT INTO orders VALUES (1, revela.enqueue('{asset}', 'thumbnail', metadata => '{{\"order\": 1}}', tags => '{{shop}}', priority => 7))");
        var job = await Ask<Guid>("SELECT job FROM orders");
        await transaction.CommitAsync();

        await Known(job);
        var done = await Server.Ended(job.ToString("D"));
        done["state"]!.ToString().ShouldBe("completed");
        done["metadata"]!["order"]!.GetValue<int>().ShouldBe(1);
        done["tags"]!.AsArray().ShouldHaveSingleItem()!.ToString().ShouldBe("shop");
        done["priority"]!.GetValue<int>().ShouldBe(7);
        job.Version.ShouldBe(7);
    }

    [SkippableFact]
    public async Task What_it_rolls_back_never_was()
    {
        var asset = await Upload();
        await using (var transaction = await Application.BeginTransactionAsync())
        {
            await Do($"INSERT INTO orders VALUES (1, revela.enqueue('{asset}', 'thumbnail'))");
            await transaction.RollbackAsync();
        }
        var psql = await Psql($"BEGIN; INSERT INTO orders VALUES (2, revela.enqueue('{asset}', 'web')); ROLLBACK; SELECT count(*) FROM orders");
        psql.ShouldContain("0");
        // Whatever came before this one would have been taken with it or earlier.
        var job = await Ask<Guid>($"SELECT revela.enqueue('{asset}', 'grayscale')");
        await Known(job);
        // A wish leaves the inbox in the commit that follows its job's.
        for (var left = 1L; left > 0;) left = await Ask<long>("SELECT count(*) FROM revela.inbox");
        (await Server.Part<IJobStore>().Ledger(default)).Sum(queue => queue.Accepted).ShouldBe(1);
    }

    [SkippableFact]
    public async Task Many_wishes_are_taken_by_many_servers_each_once()
    {
        var asset = await Upload();
        await using var other = await Start(works: false, Server.Key);
        await Do($"INSERT INTO orders SELECT n, revela.enqueue('{asset}', 'grayscale', fresh => n % 10 = 0) FROM generate_series(1, 300) n");
        var jobs = Server.Part<IJobStore>();
        var signals = Server.Part<ISignals>();
        for (long ended = 0; ended < 300;)
        {
            var seen = signals.Version(Signal.Events);
            ended = (await jobs.Ledger(default)).Sum(queue => queue.Completed + queue.Failed);
            if (ended < 300) await signals.Wait(Signal.Events, seen, TimeSpan.FromSeconds(5), default);
        }
        (await jobs.Ledger(default)).Sum(queue => queue.Accepted).ShouldBe(300);
        (await Ask<long>("SELECT count(*) FROM orders o JOIN revela.jobs j ON j.id = o.job JOIN revela.endings e ON e.seq = j.seq WHERE e.state = 2")).ShouldBe(300);
    }

    [SkippableFact]
    public async Task What_cannot_be_done_is_refused_inside_the_transaction()
    {
        var asset = await Upload();
        (await Refusal($"SELECT revela.enqueue('{asset}', 'nonsense')")).ShouldStartWith("unknown-pipeline: ");
        (await Refusal($"SELECT revela.enqueue('{Guid.NewGuid()}', 'web')")).ShouldStartWith("not-found: ");
        (await Refusal($"SELECT revela.enqueue('{asset}', 'web', tenant => 'other')")).ShouldStartWith("not-found: ");
        (await Refusal($"SELECT revela.enqueue('{asset}', 'web', metadata => '[]')")).ShouldStartWith("invalid-request: ");
        (await Refusal($"SELECT revela.enqueue('{asset}', 'web', tags => array_fill('x'::text, ARRAY[51]))")).ShouldStartWith("invalid-request: ");
    }

    [SkippableFact]
    public async Task A_role_of_the_application_may_enqueue_and_nothing_else()
    {
        var asset = await Upload();
        await Do($"CREATE ROLE app_{database}; GRANT USAGE ON SCHEMA revela TO app_{database}; GRANT EXECUTE ON FUNCTION revela.enqueue TO app_{database}; CREATE ROLE stranger_{database}");
        await Do($"SET ROLE app_{database}");
        var job = await Ask<Guid>($"SELECT revela.enqueue('{asset}', 'grayscale')");
        (await Refusal("SELECT * FROM revela.api_keys")).ShouldContain("permission denied");
        await Do($"RESET ROLE; GRANT USAGE ON SCHEMA revela TO stranger_{database}; SET ROLE stranger_{database}");
        (await Refusal($"SELECT revela.enqueue('{asset}', 'grayscale')")).ShouldContain("permission denied");
        await Do($"RESET ROLE; DROP OWNED BY app_{database}, stranger_{database}; DROP ROLE app_{database}, stranger_{database}");
        await Known(job);
    }

    [SkippableFact]
    public async Task A_picture_that_is_deleted_before_its_job_is_made_fails_it_with_the_reason()
    {
        var asset = await Upload();
        await using var transaction = await Application.BeginTransactionAsync();
        var job = await Ask<Guid>($"SELECT revela.enqueue('{asset}', 'grayscale')");
        (await Server.Part<IAssetStore>().Delete("default", asset, default)).ShouldBeTrue();
        await transaction.CommitAsync();
        await Known(job);
        var ended = await Server.Ended(job.ToString("D"));
        ended["error"]!["code"]!.ToString().ShouldBe("input-gone");
    }

    // The pictures are in the folder of one, so only that one develops.
    Task<LiveServer> Start(bool works, string? key = null) => LiveServer.Start(
        options => options with { Store = options.Store with { Postgres = postgres.ConnectionString(database) }, Worker = options.Worker with { Enabled = works } },
        Directory.CreateDirectory(Path.Combine(folder, $"{Guid.NewGuid():N}")).FullName, key);

    async Task<Guid> Upload() => (await Server.Part<Intake>().Accept("default", new MemoryStream(Pictures.New()), "photo.png", default)).Id;

    // Until a server has taken the wish over, the API knows no such job.
    Task Known(Guid job) => Eventually.Sees(() => Server.Part<IJobStore>().Get("default", job, default), made => made is not null);

    async Task Do(string sql)
    {
        await using var command = new NpgsqlCommand(sql, Application);
        await command.ExecuteNonQueryAsync();
    }

    async Task<T> Ask<T>(string sql)
    {
        await using var command = new NpgsqlCommand(sql, Application);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    async Task<string> Refusal(string sql) => (await Should.ThrowAsync<PostgresException>(() => Do(sql))).MessageText;

    async Task<string> Psql(string sql)
    {
        Skip.IfNot(ServiceScript.IsInstalled("psql"), "psql is not installed.");
        var settings = new NpgsqlConnectionStringBuilder(postgres.ConnectionString(database));
        var start = new ProcessStartInfo("psql", ["-h", settings.Host!, "-U", settings.Username!, "-d", database, "-At", "-v", "ON_ERROR_STOP=1", "-c", sql]) { RedirectStandardOutput = true };
        using var psql = Process.Start(start)!;
        var said = await psql.StandardOutput.ReadToEndAsync();
        await psql.WaitForExitAsync();
        psql.ExitCode.ShouldBe(0);
        return said;
    }
}
