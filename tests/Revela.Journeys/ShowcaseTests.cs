using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Revela.Journeys.Fleets;
using Revela.Providers.Fakes;
using Revela.Providers.Firestore;
using Shouldly;
using Xunit;
using Drawn = Revela.Tests.App.Pictures;

namespace Revela.Journeys;

/// <summary>The showcase recipe as its app uses it: by HTTP with a worker far away, and by documents in Firestore, through deaths and on both stores.</summary>
public sealed class ShowcaseTests : IAsyncLifetime
{
    const string Root = "/api/characters", Collection = "characters";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    readonly byte[][] pictures = [.. Enumerable.Range(0, 8).Select(_ => Drawn.Disc())];
    FirestoreFake documents = null!;
    FakeService firestore = null!, storage = null!;

    public async Task InitializeAsync()
    {
        (documents, firestore) = await FirestoreFake.Start(0, TimeProvider.System, CancellationToken.None);
        storage = await FakeService.Start(0, TimeProvider.System, (app, _) => app.MapGet("/{number}.png", Send), CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await firestore.DisposeAsync();
        await storage.DisposeAsync();
    }

    Task Send(HttpContext http) => http.Response.Body.WriteAsync(pictures[int.Parse((string)http.Request.RouteValues["number"]!, CultureInfo.InvariantCulture)]).AsTask();

    [Fact]
    public async Task A_worker_far_away_makes_what_waits_and_ends_though_the_server_died_meanwhile()
    {
        await using var server = await Server.Started(null, ("REVELA_WORKER_ENABLED", "false"));
        string[] ids = [.. Enumerable.Range(0, 4).Select(number => $"hero-{number}")];
        foreach (var id in ids) await Ask(server.Door, server.Door, id);
        (await Visuals(server.Door, ids[0])).Text("showcaseProcessingStatus").ShouldBe("removing-background");
        await server.Kill();
        await server.Start();

        var key = await server.NewKey("work");
        await using var worker = await server.StartFar(server.Url, key, trust: null, "--drain", "--queues", "showcase");
        await server.Until(door => Visuals(door, ids[0]), visuals => visuals.Text("showcaseProcessingStatus") == "complete", "the first character", Patience);
        await server.Kill();
        await server.Start();
        await worker.Ended.WaitAsync(Patience, TimeProvider.System);
        worker.ExitCode.ShouldBe(0, worker.Log);
        worker.Said("begins: remove-background, upscale, convert").ShouldBeGreaterThanOrEqualTo(ids.Length);
        worker.Said(" s: done").ShouldBe(ids.Length);
        foreach (var id in ids) await IsComplete(server.Door, id);
        (await server.Door.Jobs("&pipeline=showcase")).Count.ShouldBe(ids.Length);
    }

    [SkippableFact]
    public async Task Servers_and_workers_of_a_fleet_make_each_character_once_whatever_dies()
    {
        await using var fleet = await Fleet.Start(workers: 2);
        await using var second = await fleet.StartServer();
        string[] ids = [.. Enumerable.Range(0, 8).Select(number => $"hero-{number}")];
        // Put at one server, asked for at the other.
        foreach (var id in ids) await Ask(fleet.Server.Door, second.Door, id);
        await second.Until(door => Visuals(door, ids[0]), visuals => visuals.Text("showcaseProcessingStatus") == "complete", "the first character", Patience);
        fleet.Workers[0].Kill();
        await fleet.StartWorker(0);
        await fleet.Server.Kill();
        await fleet.Server.Start();
        foreach (var id in ids) await second.Until(door => Visuals(door, id), visuals => visuals.Text("showcaseProcessingStatus") == "complete", $"that {id} is complete", Patience);
        foreach (var id in ids) await IsComplete(fleet.Server.Door, id);
        (await second.Door.Jobs("&pipeline=showcase")).Count.ShouldBe(ids.Length);
    }

    [SkippableFact]
    public async Task Of_the_servers_of_a_fleet_one_makes_each_document_and_another_goes_on_when_it_dies()
    {
        await using var fleet = await Fleet.Start(workers: 1, Watching());
        await using var second = await fleet.StartServer();
        await DocumentsAreMade(fleet.Server, second);
    }

    [Fact]
    public async Task A_server_that_dies_again_and_again_makes_each_document_once()
    {
        await using var server = await Server.Started(null, Watching());
        await DocumentsAreMade(server);
    }

    // Firestore answers with an error now and then; the servers die in turn, while claims are made, while jobs run, and once some have ended.
    async Task DocumentsAreMade(params Server[] servers)
    {
        var calls = 0;
        firestore.Weather = () => Interlocked.Increment(ref calls) % 7 == 0 ? Trouble.ServerError : calls % 11 == 0 ? Trouble.Cut : Trouble.None;
        string[] ids = [.. pictures.Select((_, number) => $"hero-{number}")];
        for (var number = 0; number < ids.Length; number++) documents.Put(Collection, ids[number], Document($"{storage.Address}{number}.png"));
        Func<JsonNode, bool>[] moments = [IsClaimed, IsUnderWay, IsOver];
        for (var death = 0; death < 2 * moments.Length; death++)
        {
            var dying = servers[death % servers.Length];
            await dying.Until(_ => Task.FromResult(ids.Count(id => moments[death / 2](Stored(id)))), count => count > 0, "something to die at", Patience);
            await dying.Kill();
            await dying.Start();
        }
        var server = servers[0];
        await server.Until(_ => Task.FromResult(ids.Count(id => IsOver(Stored(id)))), count => count == ids.Length, "the end of all documents", Patience);
        foreach (var id in ids)
        {
            var stored = Stored(id);
            (stored.Text("showcaseProcessingStatus"), stored["isShowcaseProcessed"]!.GetValue<bool>(), stored["showcaseLease"]).ShouldBe(("complete", true, null), stored.ToJsonString());
            await IsComplete(server.Door, id);
        }
        var jobs = await server.Door.Jobs("&pipeline=showcase");
        jobs.Select(job => job["metadata"]!.Text("characterId")).ShouldBe(ids, ignoreOrder: true);
    }

    static bool IsClaimed(JsonNode visuals) => visuals["showcaseLease"] is JsonObject || IsOver(visuals);

    static bool IsUnderWay(JsonNode visuals) => visuals.Text("showcaseProcessingStatus") is "upscaling" or "finalizing" || IsOver(visuals);

    static bool IsOver(JsonNode visuals) => visuals.Text("showcaseProcessingStatus") is "complete" or "failed";

    JsonNode Stored(string id) => documents.Find(Collection, id)!["visuals"]!;

    (string, string)[] Watching() =>
    [
        ("REVELA_FIRESTORE_EMULATOR", firestore.Address.Authority), ("REVELA_FIRESTORE_PROJECT", FirestoreFake.Project), ("REVELA_URL_SOURCES_PRIVATE_HOSTS", "127.0.0.1"),
        ("REVELA_SHOWCASE_LOOK_EVERY", "300ms"), ("REVELA_SHOWCASE_CLAIM_FOR", "10m"),
    ];

    static JsonObject Document(string url) => new()
    {
        ["core"] = new JsonObject { ["name"] = "Ada" },
        ["meta"] = new JsonObject { ["userId"] = "user_7" },
        ["visuals"] = new JsonObject { ["imageUrl"] = url, ["showcaseProcessingStatus"] = "removing-background" },
    };

    static async Task Ask(Door put, Door process, string id)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Drawn.Disc()), "image", "hero.png" }, { new StringContent("user_7"), "userId" }, { new StringContent("Ada"), "name" } };
        using (var answer = await put.Http.PutAsync($"{Root}/{id}", form)) answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var asked = await process.Http.PostAsync($"{Root}/{id}/process", null);
        asked.StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    static async Task<JsonNode> Visuals(Door door, string id) => (await door.Get($"{Root}/{id}"))["visuals"]!;

    static async Task IsComplete(Door door, string id)
    {
        var visuals = await Visuals(door, id);
        (visuals.Text("showcaseProcessingStatus"), visuals["isShowcaseProcessed"]!.GetValue<bool>()).ShouldBe(("complete", true), visuals.ToJsonString());
        var url = new Uri(visuals.Text("showcaseImageUrl")!);
        url.AbsolutePath.ShouldBe($"/showcase-images/user_7/{id}/showcase_{id}.png");
        (await door.Bytes(url.PathAndQuery)).AsSpan(1, 3).SequenceEqual("PNG"u8).ShouldBeTrue();
    }
}
