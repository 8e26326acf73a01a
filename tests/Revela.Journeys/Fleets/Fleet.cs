using System.Diagnostics;
using Npgsql;
using Revela.Journeys.Pictures;
using Revela.Services;
using Revela.Storage;
using Revela.Storage.Objects.S3;
using Revela.Storage.Postgres;
using Shouldly;

namespace Revela.Journeys.Fleets;

/// <summary>A database, buckets, and the Revela processes on them, each with a data folder of its own as on a machine of its own.</summary>
sealed class Fleet : IAsyncDisposable
{
    readonly S3Service storage;
    readonly S3Options buckets;
    readonly List<string> folders = [];
    readonly bool isApart;
    S3Service.Gateway? gateway;

    Fleet(PostgresService postgres, bool isApart, string database, S3Service storage, S3Service.Gateway gateway)
    {
        (Postgres, this.isApart, Database, this.storage, this.gateway) = (postgres, isApart, database, storage, gateway);
        buckets = S3Service.NewBuckets(gateway.Port);
        Server = NewServer();
    }

    public PostgresService Postgres { get; }
    public string Database { get; }
    public Server Server { get; }
    public RevelaProcess[] Workers { get; private set; } = [];

    /// <summary>Skips the test where one of the servers is not installed.</summary>
    public static Task<Fleet> Start(int workers, params (string Name, string Value)[] environment) => Start(Ground.Postgres(), isApart: false, workers, environment);

    /// <summary>On a database server that no other journey is on, so that it may be stopped.</summary>
    public static Task<Fleet> StartApart(int workers, params (string Name, string Value)[] environment) => Start(Ground.PostgresApart(), isApart: true, workers, environment);

    static async Task<Fleet> Start(Task<PostgresService> starting, bool isApart, int workers, (string Name, string Value)[] environment)
    {
        var (storage, postgres) = (await Ground.Storage(), await starting);
        var fleet = new Fleet(postgres, isApart, await postgres.CreateDatabase(), storage, await storage.StartGateway());
        foreach (var (name, value) in environment) fleet.Server.Environment[name] = value;
        await fleet.Server.Start();
        fleet.Workers = [.. Enumerable.Range(0, workers).Select(_ => fleet.NewWorker())];
        foreach (var worker in fleet.Workers) await fleet.IsAtWork(worker);
        return fleet;
    }

    /// <summary>One more server of the same store, opened with the same first key.</summary>
    public async Task<Server> StartServer()
    {
        var server = NewServer();
        foreach (var (name, value) in Server.Environment) server.Environment[name] = value;
        File.Copy(Path.Combine(Server.Data, "admin.key"), Path.Combine(server.Data, "admin.key"));
        await server.Start();
        return server;
    }

    /// <summary>Starts a worker in the place of one that has ended; it is at work when the task completes.</summary>
    public async Task StartWorker(int number, params (string Name, string Value)[] more)
    {
        Workers[number] = NewWorker(more);
        await IsAtWork(Workers[number]);
    }

    /// <summary>A worker that the fleet does not count on yet.</summary>
    public RevelaProcess NewWorker(params (string Name, string Value)[] more)
    {
        folders.Add(Directory.CreateTempSubdirectory("revela-worker-").FullName);
        return Server.StartWorkerOn(folders[^1], more);
    }

    /// <summary>Waits until a worker has signed on, or died of what it was started for.</summary>
    public Task IsAtWork(RevelaProcess worker) => Until(
        async () => worker.HasExited || await Ask($"SELECT count(*) FROM revela.workers WHERE process_id = {worker.Id}") > 0, $"that worker {worker.Id} signed on");

    /// <summary>Looks again and again until it is so.</summary>
    public async Task Until(Func<Task<bool>> isSo, string what)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            (Stopwatch.GetElapsedTime(began) < 2 * Server.Patience).ShouldBeTrue($"{what} did not happen\n{Server.Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public async Task StopStorage()
    {
        if (gateway is null) return;
        using var process = Process.GetProcessById(gateway.ProcessId);
        process.Kill();
        await process.WaitForExitAsync();
        gateway = null;
    }

    /// <summary>At the same address as before.</summary>
    public async Task StartStorage() => gateway = await storage.StartGateway(new Uri(buckets.Endpoint!).Port);

    public async Task<bool> IsCompleted(string job) => (await Server.Door.Get($"/api/v1/jobs/{job}")).Text("state") == "completed";

    /// <summary>Waits until a worker holds a job; which, and under what lease. Null when it was over before.</summary>
    public async Task<(RevelaProcess Worker, long Lease)?> HolderOf(string job)
    {
        (RevelaProcess, long)? holder = null;
        await Until(async () => (holder = await Find()) is not null || await IsCompleted(job), $"that a worker took job {job}");
        return holder;

        async Task<(RevelaProcess, long)?> Find()
        {
            foreach (var worker in Workers)
                if (await Ask($"SELECT COALESCE(max(lease), 0) FROM revela.leases WHERE job = '{job}' AND worker LIKE '%:{worker.Id}:%'") is > 0 and var lease) return (worker, lease);
            return null;
        }
    }

    public async Task<bool> IsHeld(long lease) => await Ask($"SELECT count(*) FROM revela.leases WHERE lease = {lease}") > 0;

    /// <summary>One number from the database.</summary>
    public async Task<long> Ask(string sql)
    {
        await using var connection = new NpgsqlConnection(Postgres.ConnectionString(Database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The store as the processes see it.</summary>
    public async Task<IStore> Open(TimeProvider time)
    {
        var scratch = Directory.CreateTempSubdirectory("revela-fleet-").FullName;
        folders.Add(scratch);
        return await PostgresStore.Open(Postgres.ConnectionString(Database), new S3ObjectStore(buckets, scratch, time), time, null, CancellationToken.None);
    }

    Server NewServer()
    {
        var server = new Server(NumberedJobs.Pipelines);
        server.Environment["REVELA_STORE_POSTGRES"] = Postgres.ConnectionString(Database);
        server.Environment["REVELA_S3_ENDPOINT"] = buckets.Endpoint!;
        server.Environment["REVELA_S3_ACCESS_KEY"] = buckets.AccessKey!;
        server.Environment["REVELA_S3_SECRET_KEY"] = buckets.SecretKey!;
        server.Environment["REVELA_S3_ORIGINALS_BUCKET"] = buckets.OriginalsBucket;
        server.Environment["REVELA_S3_PROCESSED_BUCKET"] = buckets.ProcessedBucket;
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in Workers) await worker.DisposeAsync();
        await Server.DisposeAsync();
        await StopStorage();
        if (isApart) await Postgres.DisposeAsync();
        foreach (var folder in folders) Directory.Delete(folder, recursive: true);
    }
}
