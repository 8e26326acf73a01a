using System.Text.Json.Nodes;
using Revela.Journeys.Afar;
using Shouldly;
using Xunit;

namespace Revela.Journeys;

/// <summary>The protocol is enough to write a worker in another language: the one in examples/far-worker, with nothing but Python's standard library.</summary>
public sealed class PythonWorkerTests
{
    static readonly string script = Path.Combine(Repository.Root, "examples", "far-worker", "worker.py");
    static readonly byte[] photo = Photos.Small(200, 150, 9);

    [SkippableFact]
    public async Task The_worker_in_Python_drains_a_queue_through_connections_that_break()
    {
        Skip.If(Find("python3") is null, "python3 is not installed");
        Skip.If(Find("vips") is null, "the vips program (libvips-tools) is not installed");
        await using var server = await Server.Started(null, ("REVELA_WORKER_ENABLED", "false"));
        var ids = new List<string>();
        for (var i = 0; i < 4; i++) ids.Add((await server.Door.Submit(Photos.Copy(photo, i), Steps("""[{"op": "flip"}]"""))).Id());
        ids.Add((await server.Door.Submit(Photos.Copy(photo, 9), Steps("""[{"op": "flip", "as": "mirrored"}, {"op": "flip", "direction": "vertical"}]"""))).Id());
        var beyond = (await server.Door.Submit(Photos.Copy(photo, 10), Steps("""[{"op": "flip"}, {"op": "watermark", "text": "not on offer"}]"""))).Id();

        await using var proxy = new CuttingProxy(server.Url, mostBytes: 30_000, seed: 7);
        await using var worker = server.Keep(Start(proxy.Url, await server.NewKey("work"), "--drain"));
        await worker.Ended.WaitAsync(TimeSpan.FromMinutes(5), TimeProvider.System);
        worker.ExitCode.ShouldBe(0, worker.Log);

        proxy.Cuts.ShouldBeGreaterThan(0);
        foreach (var id in ids)
        {
            var job = await server.Door.Get($"/api/v1/jobs/{id}");
            job.Text("state").ShouldBe("completed", job.ToJsonString());
            foreach (var output in job["outputs"]!.AsArray())
                (output!.Number("width"), output!.Number("height"), output!.Text("content_type")).ShouldBe((200L, 150L, "image/jpeg"));
        }
        (await server.Door.Get($"/api/v1/jobs/{ids[^1]}"))["outputs"]!.AsArray().Count.ShouldBe(2);
        (await server.Door.Get($"/api/v1/jobs/{beyond}")).Text("state").ShouldBe("pending", "it has a step that the worker does not offer");
    }

    [SkippableFact]
    public async Task Without_https_or_a_key_the_worker_in_Python_says_so()
    {
        Skip.If(Find("python3") is null, "python3 is not installed");
        await using var plain = Start(new Uri("http://revela.example.com"), "rvl_x");
        await plain.Ended.WaitAsync(Server.Patience, TimeProvider.System);
        (plain.ExitCode, plain.Log).ShouldBe((2, "worker: 'http://revela.example.com' is not https: the key and every picture could be read on the way"));
        await using var keyless = Start(new Uri("https://revela.example.com"), "");
        await keyless.Ended.WaitAsync(Server.Patience, TimeProvider.System);
        keyless.ExitCode.ShouldBe(4);
    }

    static RevelaProcess Start(Uri server, string key, params string[] more) => RevelaProcess.StartProgram(
        "python3", [script, "--server", server.GetLeftPart(UriPartial.Authority), .. more], new Dictionary<string, string> { ["REVELA_KEY"] = key });

    static Dictionary<string, string> Steps(string steps) => new() { ["steps"] = JsonNode.Parse(steps)!.ToJsonString() };

    static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
