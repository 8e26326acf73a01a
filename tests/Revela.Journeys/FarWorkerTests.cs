using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Revela.Journeys.Afar;
using Revela.Journeys.Fleets;
using Revela.Journeys.Pictures;
using Revela.Services;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Revela.Journeys;

/// <summary>Workers that have nothing of the store but a key and an address (laws 3, 5, 7).</summary>
public sealed class FarWorkerTests(ITestOutputHelper output)
{
    const string Pipelines = """
        grey:
          steps: [grayscale]
        pair:
          steps:
            - { op: grayscale, as: grey }
            - { op: resize, width: 120, height: 90, from: grey }
        doze:
          steps:
            - { op: pause, seconds: 5 }
            - grayscale
        nap:
          steps:
            - { op: pause, seconds: 300 }
            - grayscale
        """;

    static readonly byte[][] photographs = [.. Enumerable.Range(0, 4).Select(seed => Photos.Small(480 + 80 * seed, 360, (uint)seed + 1))];

    [Fact]
    public async Task Behind_a_proxy_that_cuts_connections_a_far_worker_finishes_every_image_once()
    {
        var images = Soak.IsWhole ? 200 : 20;
        await using var server = new Server(Pipelines);
        var authority = await Secure(server);
        await server.Start();
        var jobs = new Dictionary<string, int>();
        for (var i = 0; i < images; i++) jobs[(await server.Door.Submit(await RealPhotos.Get(i), Running(Pipeline(i)))).Id()] = i;

        await using var proxy = new CuttingProxy(server.AlsoAt[0], mostBytes: 100_000, seed: 20261127);
        await using var worker = await server.StartFar(proxy.Url, await server.NewKey("work"), Trusting(authority), "--drain", "--concurrency", "3");
        await worker.Ended.WaitAsync(TimeSpan.FromMinutes(images), TimeProvider.System);
        worker.ExitCode.ShouldBe(0, worker.Log);
        output.WriteLine($"{images} images by https through {proxy.Cuts} cut connections, {proxy.Carried:N0} bytes");

        proxy.Cuts.ShouldBeGreaterThanOrEqualTo(images / 4);
        var published = 0;
        foreach (var job in await server.Door.Jobs()) published += await IsRight(server, job, jobs[job.Id()]);
        var assets = (await server.Door.Get("/api/v1/assets?derived=true&limit=500"))["assets"]!.AsArray();
        assets.Count.ShouldBe(published, "pictures that no job shows, or that one shows twice");
        (await server.Door.Get("/api/v1/stats"))["adds_up"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task A_far_worker_trusts_no_certificate_that_it_was_not_told_of_and_sends_nothing_in_plain_text()
    {
        await using var server = new Server(Pipelines);
        var authority = await Secure(server);
        await server.Start();
        var key = await server.NewKey("work");
        await using var wary = await server.StartFar(server.AlsoAt[0], key, trust: null, "--drain");
        await wary.Ended.WaitAsync(Server.Patience, TimeProvider.System);
        wary.ExitCode.ShouldBe(3, wary.Log);
        wary.Log.ShouldContain("no secure connection to the server: The remote certificate is invalid");
        wary.Log.ShouldContain("SSL_CERT_FILE");
        await using var trusting = await server.StartFar(server.AlsoAt[0], key, Trusting(authority), "--drain");
        await trusting.Ended.WaitAsync(Server.Patience, TimeProvider.System);
        trusting.ExitCode.ShouldBe(0, trusting.Log);

        await using var plain = RevelaProcess.Start(["work", "--server", "http://revela.example.com", "--key", key, "--data", server.Data]);
        await plain.Ended.WaitAsync(Server.Patience, TimeProvider.System);
        plain.ExitCode.ShouldBe(2, plain.Log);
        plain.Log.ShouldContain("is plain http: the key and every picture could be read on the way");
    }

    [SkippableFact]
    public async Task Where_the_storage_has_links_a_far_worker_loads_its_pictures_straight_from_there()
    {
        await using var fleet = await Fleet.Start(workers: 0, ("REVELA_WORKER_ENABLED", "false"));
        var photo = Photos.OneMegapixel;
        var ids = new List<string>();
        for (var i = 0; i < 6; i++) ids.Add((await fleet.Server.Door.Submit(Photos.Copy(photo, i), new Dictionary<string, string> { ["steps"] = """[{"op": "resize", "width": 64}]""" })).Id());

        // All that passes between the worker and the server is counted.
        await using var between = new CuttingProxy(fleet.Server.Url, mostBytes: int.MaxValue, seed: 1);
        await using var worker = await fleet.Server.StartFar(between.Url, await fleet.Server.NewKey("work"), trust: null, "--drain");
        await worker.Ended.WaitAsync(TimeSpan.FromMinutes(5), TimeProvider.System);
        worker.ExitCode.ShouldBe(0, worker.Log);
        foreach (var id in ids) (await fleet.Server.Door.Get($"/api/v1/jobs/{id}")).Text("state").ShouldBe("completed");
        between.Carried.ShouldBeLessThan(photo.Length, $"of {ids.Count} pictures none should have passed through the server");
    }

    [Fact]
    public async Task A_far_worker_that_is_killed_loses_its_job_to_another()
    {
        await using var server = await Server.Started(Pipelines, ("REVELA_WORKER_ENABLED", "false"), ("REVELA_WORKER_LEASE", "15s"));
        var key = await server.NewKey("work");
        var id = (await server.Door.Submit(Image(1), Running("doze"))).Id();
        await using (var doomed = await server.StartFar(server.Url, key))
        {
            await server.JobBecomes(id, "processing");
            doomed.Kill();
            await doomed.Exited;
        }
        await using var another = await server.StartFar(server.Url, key);
        var job = await server.JobBecomes(id, "completed", TimeSpan.FromMinutes(3));
        (job.Number("crashes"), job["outputs"]!.AsArray().Count).ShouldBe((0L, 1));
        await Orphans.AreGone();
    }

    [Fact]
    public async Task A_far_worker_that_is_stopped_gives_its_job_back_and_no_attempt_is_counted()
    {
        await using var server = await Server.Started(Pipelines, ("REVELA_WORKER_ENABLED", "false"));
        var id = (await server.Door.Submit(Image(2), Running("nap"))).Id();
        await using var worker = await server.StartFar(server.Url, await server.NewKey("work"));
        await server.JobBecomes(id, "processing");
        await worker.Stop(Server.Patience);
        worker.ExitCode.ShouldBe(0, worker.Log);
        var job = await server.JobBecomes(id, "pending");
        job.Number("attempt").ShouldBe(0);
    }

    [Fact]
    public async Task A_far_worker_hears_of_work_and_of_cancels_and_outlives_its_server()
    {
        await using var server = await Server.Started(Pipelines, ("REVELA_WORKER_ENABLED", "false"));
        await using var worker = await server.StartFar(server.Url, await server.NewKey("work"), trust: null, "--queues", "default");
        await server.JobBecomes((await server.Door.Submit(Image(3), Running("grey"))).Id(), "completed");

        var id = (await server.Door.Submit(Image(4), Running("nap"))).Id();
        await server.JobBecomes(id, "processing");
        await server.Door.Post($"/api/v1/jobs/{id}/cancel");
        await server.JobBecomes(id, "cancelled");

        await server.Kill();
        await server.Start();
        var after = (await server.Door.Submit(Image(5), Running("grey"))).Id();
        await server.JobBecomes(after, "completed");
    }

    // How many pictures the job published.
    static async Task<int> IsRight(Server server, JsonNode job, int number)
    {
        job.Text("state").ShouldBe("completed", job.ToJsonString());
        var expected = await Development.Hashes(await RealPhotos.Get(number), Pipeline(number), Pipelines);
        var outputs = job["outputs"]!.AsArray();
        outputs.Count.ShouldBe(expected.Count);
        for (var i = 0; i < expected.Count; i++)
            Convert.ToHexStringLower(SHA256.HashData(await server.Door.Bytes(outputs[i]!.Text("url")!))).ShouldBe(expected[i], $"result {i} of image {number}");
        return outputs.Count;
    }

    /// <summary>Lets a server that has not started speak https too; what its workers must trust.</summary>
    static async Task<OwnAuthority> Secure(Server server)
    {
        var authority = await OwnAuthority.Make(server.Data);
        server.AlsoAt.Add(RevelaProcess.FreeAddress("https"));
        server.Environment["REVELA_CERTIFICATE_FILE"] = authority.CertificateFile;
        server.Environment["REVELA_CERTIFICATE_KEY_FILE"] = authority.KeyFile;
        server.Environment["REVELA_WORKER_ENABLED"] = "false";
        return authority;
    }

    static Dictionary<string, string> Trusting(OwnAuthority authority) => new() { ["SSL_CERT_FILE"] = authority.File };

    static byte[] Image(int number) => Photos.Copy(photographs[number % photographs.Length], number);

    static string Pipeline(int number) => number % 3 == 0 ? "pair" : "grey";

    static Dictionary<string, string> Running(string pipeline) => new() { ["pipeline"] = pipeline };
}
