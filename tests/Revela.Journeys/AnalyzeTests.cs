using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Revela.Journeys;

/// <summary>The analyze recipe as its team accepts it: the server never blocks, even with 50 uploads at once.</summary>
public sealed class AnalyzeTests(ITestOutputHelper output)
{
    const int Uploads = 50;

    [Fact]
    public async Task Fifty_uploads_at_once_are_taken_and_the_server_stays_reachable()
    {
        await using var server = await Server.Started(null, ("REVELA_ANALYZE_LOAD_SECONDS", "0.2"));
        using var stop = new CancellationTokenSource();
        var health = Task.Run(() => AskHealth(server.Door, stop.Token));
        var photo = Photos.OneMegapixel;

        var ids = await Task.WhenAll(Enumerable.Range(0, Uploads).Select(number => Task.Run(() => Analyze(server.Door, Photos.Copy(photo, number)))));
        ids.Distinct().Count().ShouldBe(Uploads);
        var tasks = new List<JsonNode>();
        foreach (var id in ids) tasks.Add(await server.Until(door => door.Get($"/api/v1/tasks/{id}"), task => task.Text("status") == "COMPLETED", "that the task completed"));
        await stop.CancelAsync();

        var times = (await health).Order().ToArray();
        var p99 = times[(int)(times.Length * 0.99)];
        output.WriteLine($"/health/live: {times.Length} answers, p99 {p99:0.0} ms");
        p99.ShouldBeLessThan(500, "a server that is reachable answers at once, also on a machine that tests something else");
        foreach (var task in tasks) (await server.Door.Bytes(task.Text("result_url")!)).Length.ShouldBeGreaterThan(1000);
        BothPicturesCanBeSeen(server);
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

    static async Task<List<double>> AskHealth(Door door, CancellationToken stop)
    {
        var times = new List<double>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        while (!stop.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            using (var answer = await door.Http.GetAsync("/health/live", CancellationToken.None)) answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
        return times;
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
