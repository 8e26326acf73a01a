using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Revela.Journeys.Fleets;
using Revela.Services;
using Revela.Tests.App;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Revela.Journeys;

/// <summary>The race photos recipe as its photographer and its runners use it, by HTTP alone: through deaths, on both stores, and under load.</summary>
public sealed class RacePhotosTests(ITestOutputHelper output)
{
    const int Clients = 20;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task Every_photo_is_found_by_its_number_whatever_dies()
    {
        await using var server = await Server.Started();
        var photos = await UploadAll(12, _ => server.Door);
        await server.Kill();
        await server.Start();
        foreach (var (number, id) in await UploadAll(12, _ => server.Door, first: 12)) photos[number] = id;
        await server.Kill();
        await server.Start();
        await AllAreRead(server, photos);
    }

    [SkippableFact]
    public async Task Servers_and_workers_share_the_photos_and_none_is_lost_when_they_die()
    {
        await using var fleet = await Fleet.Start(workers: 2);
        await using var second = await fleet.StartServer();
        var photos = await UploadAll(16, number => number % 2 == 0 ? fleet.Server.Door : second.Door);
        await second.Kill();
        fleet.Workers[0].Kill();
        await fleet.StartWorker(0);
        foreach (var (number, id) in await UploadAll(8, _ => fleet.Server.Door, first: 16)) photos[number] = id;
        await fleet.Server.Kill();
        await fleet.Server.Start();
        await AllAreRead(fleet.Server, photos);
    }

    [Fact]
    public async Task A_thousand_photos_from_twenty_clients_are_answered_soon_counted_rightly_and_found()
    {
        var count = Soak.IsWhole ? 1000 : 100;
        // Drawn before, so that the cores are the server's.
        var drawn = new byte[count][];
        Parallel.For(0, count, number => drawn[number] = BibPhotos.Of(BibOf(number)));
        await using var server = await Server.Started();
        using var stop = new CancellationTokenSource();
        var watch = Task.Run(() => StatsAddUp(server.Door, count, stop.Token));
        var times = new double[count];
        var photos = new Dictionary<int, string>();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            for (var number = client; number < count; number += Clients)
            {
                var began = Stopwatch.GetTimestamp();
                var id = await Upload(server.Door, number, drawn[number]);
                times[number] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                lock (photos) photos[number] = id;
            }
        })));
        Array.Sort(times);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} uploads, {Clients} clients: median {times[count / 2]:0} ms, p99 {times[(int)(count * 0.99)]:0} ms, most {times[^1]:0} ms"));
        await AllAreRead(server, photos);
        await stop.CancelAsync();
        (await watch).ShouldBeGreaterThan(0);
    }

    static async Task<Dictionary<int, string>> UploadAll(int count, Func<int, Door> doorOf, int first = 0)
    {
        var photos = new Dictionary<int, string>();
        foreach (var number in Enumerable.Range(first, count)) photos[number] = await Upload(doorOf(number), number, BibPhotos.Of(BibOf(number)));
        return photos;
    }

    static async Task<string> Upload(Door door, int number, byte[] photo)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(photo), "photo", $"{number}.png" } };
        using var answer = await door.Http.PostAsync("/photos", form);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var accepted = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        accepted.Text("processingStatus").ShouldBe("pending");
        return accepted.Text("id")!;
    }

    // Four digits each.
    static string BibOf(int number) => (2000 + number).ToString(CultureInfo.InvariantCulture);

    static async Task AllAreRead(Server server, Dictionary<int, string> photos)
    {
        var stats = await server.Until(door => door.Get("/queue/stats"), seen => seen.Number("completed") + seen.Number("failed") >= photos.Count, "that every photo was read", Patience);
        (stats.Number("completed"), stats.Number("failed"), stats.Number("waiting"), stats.Number("active"), stats.Number("delayed")).ShouldBe((photos.Count, 0, 0, 0, 0));
        foreach (var (number, id) in photos)
        {
            var found = (await server.Door.Get($"/photos?bib={BibOf(number)}"))["photos"]!.AsArray();
            found.Select(photo => photo!.Text("id")).ShouldBe([id], $"photo {number}");
            found[0]!.Text("status").ShouldBe("completed");
        }
    }

    // Whenever it is asked: what is counted are the photos that were taken in, never more, and what ended stays counted.
    static async Task<int> StatsAddUp(Door door, int count, CancellationToken stop)
    {
        var (looks, known, ended) = (0, 0L, 0L);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (!stop.IsCancellationRequested)
        {
            var stats = await door.Get("/queue/stats");
            var (done, all) = (stats.Number("completed") + stats.Number("failed"), stats.AsObject().Sum(field => field.Value!.GetValue<long>()));
            all.ShouldBeInRange(known, count);
            done.ShouldBeGreaterThanOrEqualTo(ended);
            (known, ended, looks) = (all, done, looks + 1);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
        return looks;
    }
}
