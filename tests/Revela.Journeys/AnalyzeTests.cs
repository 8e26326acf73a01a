using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Revela.Journeys.Fleets;
using Revela.Services;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Revela.Journeys;

/// <summary>The analyze recipe as its team accepts it: the server never blocks, even with 50 uploads at once, and no task is lost.</summary>
public sealed class AnalyzeTests(ITestOutputHelper output)
{
    const int Uploads = 50;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [SkippableFact]
    public async Task Fifty_uploads_at_once_are_taken_and_the_server_stays_reachable()
    {
        Skip.IfNot(HealthAsker.IsHere, "curl is not installed");
        var load = Soak.IsWhole ? "5" : "0.2";
        await using var server = await Server.Started(null, ("REVELA_ANALYZE_LOAD_SECONDS", load));
        await using var health = new HealthAsker(server.Url);
        var photo = Photos.OneMegapixel;

        var ids = await Task.WhenAll(Enumerable.Range(0, Uploads).Select(number => Task.Run(() => Analyze(server.Door, Photos.Copy(photo, number)))));
        ids.Distinct().Count().ShouldBe(Uploads);
        var tasks = await Completed(server, ids);

        var times = await health.Milliseconds();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Uploads} uploads, {load} s each; /health/live: {times.Length} answers, median {times[times.Length / 2]:0.0} ms, p99 {times[(int)(times.Length * 0.99)]:0.0} ms, slowest {times[^1]:0.0} ms"));
        times[(int)(times.Length * 0.99)].ShouldBeLessThan(10_000, "a server that is reachable answers, also on a machine that tests something else");
        foreach (var task in tasks) (await server.Door.Bytes(task.Text("result_url")!)).Length.ShouldBeGreaterThan(1000);
        BothPicturesCanBeSeen(server);
    }

    [SkippableFact]
    public async Task Servers_and_workers_of_a_fleet_share_the_tasks_and_none_is_lost_when_they_die()
    {
        await using var fleet = await Fleet.Start(workers: 2, ("REVELA_ANALYZE_LOAD_SECONDS", "0.2"));
        await using var second = await fleet.StartServer();
        var ids = new List<string>();
        for (var i = 0; i < 16; i++) ids.Add(await Analyze(i % 2 == 0 ? fleet.Server.Door : second.Door, Photos.Small(96, 64, (uint)i + 1)));
        fleet.Workers[0].Kill();
        await fleet.StartWorker(0);
        await fleet.Server.Kill();
        // The storage goes and comes back: the workers try again.
        await fleet.StopStorage();
        await fleet.StartStorage();
        await fleet.Server.Start();
        foreach (var task in await Completed(fleet.Server, ids)) (await second.Door.Bytes(task.Text("result_url")!)).AsSpan(0, 2).ToArray().ShouldBe([0xFF, 0xD8]);
    }

    [Fact]
    public async Task An_unknown_task_is_not_found()
    {
        await using var server = await Server.Started();
        using var answer = await server.Door.Http.GetAsync($"/api/v1/tasks/{Guid.NewGuid()}");
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    static async Task<string> Analyze(Door door, byte[] image)
    {
        using var answer = await door.Send("/api/v1/analyze", image, new Dictionary<string, string>());
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var task = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        task.Text("status").ShouldBe("processing");
        return task.Text("task_id")!;
    }

    static async Task<IReadOnlyList<JsonNode>> Completed(Server server, IEnumerable<string> ids)
    {
        var tasks = new List<JsonNode>();
        foreach (var id in ids) tasks.Add(await server.Until(door => door.Get($"/api/v1/tasks/{id}"), task => task.Text("status") == "COMPLETED", "that the task completed", Patience));
        return tasks;
    }

    static void BothPicturesCanBeSeen(Server server)
    {
        foreach (var area in Revela.Core.Assets.ObjectKeys.Areas)
        {
            var files = Directory.GetFiles(Path.Combine(server.Data, area), "*.jpg", SearchOption.AllDirectories);
            files.Length.ShouldBe(Uploads, area);
            foreach (var file in files) File.ReadAllBytes(file).AsSpan(0, 2).ToArray().ShouldBe([0xFF, 0xD8]);
        }
    }
}
