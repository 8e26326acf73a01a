using System.Diagnostics;
using Npgsql;
using Revela.Core.Jobs;
using Revela.Core.Queues;
using Revela.Services;
using Revela.Storage;
using Revela.Storage.Objects.Files;
using Revela.Storage.Postgres;

namespace Revela.Bench;

/// <summary>The store on a PostgreSQL server of its own with that server's default settings and nothing loaded, every commit flushed, on the same machine.</summary>
sealed class PostgresBench(PostgresService service, string database, string folder)
{
    const int Jobs = 50_000;

    public static async Task Run(Report report)
    {
        var folder = Directory.CreateTempSubdirectory("revela-bench-");
        await using (var service = await Start())
        {
            var bench = new PostgresBench(service, await service.CreateDatabase(), folder.FullName);
            // First: behind a flood the server is busy with clearing up for a while.
            await bench.Pickup(report);
            await bench.Empty(report);
            await bench.Fair(report);
            await bench.Full(report);
        }
        // On a server of its own: counting statements slows each of them.
        await using (var service = await Start("shared_preload_libraries=pg_stat_statements", "pg_stat_statements.track=all"))
            await new PostgresBench(service, await service.CreateDatabase(), folder.FullName).CountStatements(report);
        folder.Delete(recursive: true);
    }

    static async Task<PostgresService> Start(params string[] settings) =>
        await PostgresService.Start(settings) ?? throw new InvalidOperationException("PostgreSQL is not installed.");

    async Task Empty(Report report)
    {
        await using var store = await Open();
        await StoreBench.Fill(store, 2_000);
        await DrainFast(store);
        var (alone, bulk, each, fast, limited) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < report.Runs; round++)
        {
            alone.Add(await StoreBench.SubmitAlone(store, Jobs));
            each.Add(await StoreBench.Drain(store));
            bulk.Add(await SubmitInBulk(store, 2 * Jobs));
            fast.Add(await DrainFast(store));
            await store.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 100_000, GlobalLimit = 90_000 }, default);
            await StoreBench.Fill(store, Jobs);
            limited.Add(await DrainFast(store));
            await store.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 100_000 }, default);
        }
        report.Add("durable submissions from 50 callers", "jobs/s", alone, atLeast: 10_000);
        report.Add("bulk submissions, 1,000 jobs in each", "jobs/s", bulk, atLeast: 83_000);
        report.Add("drained, 256 slots, each job settled by itself", "jobs/s", each, atLeast: 8_000);
        report.Add("drained, claims of 1,000", "jobs/s", fast, atLeast: 40_000);
        report.Add("drained with a global limit", "of without", Report.Median(limited) / Report.Median(fast), atLeast: 0.9);
    }

    async Task CountStatements(Report report)
    {
        await service.Run(database, "CREATE EXTENSION pg_stat_statements");
        await using var store = await Open();
        await StoreBench.Fill(store, Jobs);
        await service.Run(database, "SELECT pg_stat_statements_reset()");
        var before = await Ask("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()");
        await DrainFast(store);
        var statements = await Ask("SELECT sum(calls)::bigint FROM pg_stat_statements WHERE toplevel");
        var commits = await Ask("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()") - before;
        report.Add("statements for a job while draining", "a job", (double)statements / Jobs, atMost: 3);
        report.Add("commits for a job while draining", "a job", (double)commits / Jobs, atMost: 0.1);
    }

    async Task Pickup(Report report)
    {
        await using var door = await Open();
        await using var worker = await Open();
        await StoreBench.Pickup(door, worker);
        var (trips, halves, slowest) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < report.Runs; round++)
        {
            trips.Add(Report.Percentile(await RoundTrips(), 0.5));
            var waits = await StoreBench.Pickup(door, worker);
            halves.Add(Report.Percentile(waits, 0.5));
            slowest.Add(Report.Percentile(waits, 0.99));
        }
        report.Add("an empty round trip to the idle server, p50", "ms", trips);
        report.Add("submitted to claimed by another process' pool, p50", "ms", halves, atMost: 2);
        report.Add("submitted to claimed by another process' pool, p99", "ms", slowest, atMost: 3.5);
    }

    /// <summary>Milliseconds that a question without work takes on the idle machine: a pickup has three of them.</summary>
    async Task<List<double>> RoundTrips()
    {
        var trips = new List<double>();
        await using var connection = new NpgsqlConnection(service.ConnectionString(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        await command.PrepareAsync();
        for (var i = 0; i < 500; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await command.ExecuteNonQueryAsync();
            trips.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            await StoreBench.Rest();
        }
        return trips;
    }

    async Task Fair(Report report)
    {
        await using var store = await Open();
        report.Add("10 jobs behind another tenant's 100,000", "ms", await StoreBench.Delay(store, () => DrainFast(store)), atMost: 2000);
    }

    async Task Full(Report report)
    {
        await using var store = await Open();
        for (var made = 0; made < 1_000_000; made += 100_000)
        {
            await SubmitInBulk(store, 100_000);
            await DrainFast(store);
        }
        await SubmitInBulk(store, 1_000_000);
        await using var fresh = await Open(await service.CreateDatabase());
        await StoreBench.Fill(fresh, Jobs);
        await DrainFast(fresh);
        // In turns, so that a busy machine slows both alike.
        var (empty, full) = (new List<double>(), new List<double>());
        for (var round = 0; round < report.Runs; round++)
        {
            await StoreBench.Fill(fresh, 2 * Jobs);
            empty.Add(await DrainFast(fresh));
            full.Add(await DrainFast(store, 2 * Jobs));
        }
        report.Add("drained with 1,000,000 finished and as many waiting", "jobs/s", full);
        report.Add("the same", "of empty", Report.Median(full) / Report.Median(empty), atLeast: 0.9);
    }

    static async Task<double> SubmitInBulk(IStore store, int count)
    {
        var watch = Stopwatch.StartNew();
        await Parallel.ForAsync(0, count / 1000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (_, cancel) =>
            await store.Jobs.Submit(new NewSubmission { Jobs = [.. Enumerable.Range(0, 1000).Select(_ => StoreBench.NewJob())] }, cancel));
        return count / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Jobs a second: two lines that claim 1,000 at a time, whose settlements share commits while the next claims are on their way.</summary>
    /// <param name="most">Stops behind so many.</param>
    static async Task<double> DrainFast(IStore store, int most = int.MaxValue)
    {
        var watch = Stopwatch.StartNew();
        var done = 0;
        await Task.WhenAll(Line(), Line());
        return done / watch.Elapsed.TotalSeconds;

        async Task Line()
        {
            var settling = new Queue<Task>();
            while (done < most)
            {
                var claim = await store.Jobs.Claim(StoreBench.Request(1000), default);
                if (claim.Jobs.Count == 0) break;
                Interlocked.Add(ref done, claim.Jobs.Count);
                settling.Enqueue(Task.WhenAll(claim.Jobs.Select(job => store.Jobs.Settle(StoreBench.Done(job), default))));
                if (settling.Count > 1) await settling.Dequeue();
            }
            await Task.WhenAll(settling);
        }
    }

    Task<IStore> Open() => Open(database);

    async Task<IStore> Open(string database)
    {
        var store = await PostgresStore.Open(service.ConnectionString(database), new FilesObjectStore(folder, TimeProvider.System), TimeProvider.System, null, default);
        await store.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 100_000 }, default);
        return store;
    }

    async Task<long> Ask(string sql)
    {
        await using var connection = new NpgsqlConnection(service.ConnectionString(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
