using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Revela.App;
using Revela.App.Uploads;
using Revela.Core.Jobs;
using Revela.Providers.Fakes;
using Revela.Providers.Firestore;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Recipes;

/// <summary>Characters that an app keeps in Firestore: made once each, by one Revela of several, through its deaths and Firestore's troubles.</summary>
public sealed class ShowcaseDocumentsTests : IAsyncLifetime
{
    const string Collection = "characters";

    readonly byte[] picture = Pictures.Disc();
    FirestoreFake documents = null!;
    FakeService firestore = null!, storage = null!;
    bool isStorageAway;

    public async Task InitializeAsync()
    {
        (documents, firestore) = await FirestoreFake.Start(0, TimeProvider.System, CancellationToken.None);
        storage = await FakeService.Start(0, TimeProvider.System, (app, _) => app.MapGet("/{name}", Send), CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await firestore.DisposeAsync();
        await storage.DisposeAsync();
    }

    [Fact]
    public async Task A_character_is_made_and_its_document_tells_how_it_stands()
    {
        await using var live = await Start();
        Want("hero-1");
        documents.Put(Collection, "done", Document("user_7", $"{storage.Address}hero.png", "complete"));
        var visuals = await Becomes("hero-1", "complete");
        (visuals["isShowcaseProcessed"]!.GetValue<bool>(), visuals["showcaseLease"], visuals["showcaseProcessingError"]).ShouldBe((true, null, null));
        var url = new Uri(visuals["showcaseImageUrl"]!.ToString());
        (url.Host, url.AbsolutePath).ShouldBe(("characters.example", "/showcase-images/user_7/hero-1/showcase_hero-1.png"));
        using var made = await live.Stranger.GetAsync(url.PathAndQuery);
        (made.StatusCode, made.Content.Headers.ContentType!.MediaType).ShouldBe((HttpStatusCode.OK, "image/png"));

        var character = await live.Get("/api/characters/hero-1");
        character["core"]!["name"]!.ToString().ShouldBe("Ada");
        var original = new Uri(character["visuals"]!["imageUrl"]!.ToString());
        original.AbsolutePath.ShouldStartWith("/raw-uploads/user_7/hero-1/");
        (await live.Stranger.GetByteArrayAsync(original.PathAndQuery)).ShouldBe(picture);
        (await Jobs(live)).ShouldHaveSingleItem()["metadata"]!["characterId"]!.ToString().ShouldBe("hero-1");
    }

    [Fact]
    public async Task Asked_again_a_character_is_made_anew_of_the_picture_that_it_has_then()
    {
        await using var live = await Start();
        Want("hero-1");
        await Becomes("hero-1", "complete");
        Want("hero-1", Document("user_7", $"{storage.Address}other.png", "removing-background"));
        await Becomes("hero-1", "complete");
        var jobs = await Jobs(live);
        jobs.Length.ShouldBe(2);
        jobs.Select(job => job["asset_id"]!.ToString()).Distinct().Count().ShouldBe(1, "the same picture is kept once");
    }

    [Fact]
    public async Task Of_two_revelas_that_watch_one_collection_one_makes_each_character()
    {
        await using var one = await Start();
        await using var two = await Start();
        string[] ids = [.. Enumerable.Range(0, 8).Select(number => $"hero-{number}")];
        foreach (var id in ids) Want(id);
        foreach (var id in ids) await Becomes(id, "complete");
        var made = (await Jobs(one)).Concat(await Jobs(two)).Select(job => job["metadata"]!["characterId"]!.ToString());
        made.ShouldBe(ids, ignoreOrder: true);
    }

    [Fact]
    public async Task What_another_has_claimed_is_left_alone_and_taken_over_once_its_claim_has_ended()
    {
        Want("busy", Claimed(TimeProvider.System.GetUtcNow().AddHours(1)));
        Want("abandoned", Claimed(TimeProvider.System.GetUtcNow().AddSeconds(-1)));
        await using var live = await Start();
        await Becomes("abandoned", "complete");
        var busy = Visuals("busy");
        (busy["showcaseProcessingStatus"]!.ToString(), busy["showcaseLease"]!["owner"]!.ToString()).ShouldBe(("upscaling", "another"));
    }

    [Fact]
    public async Task A_character_that_cannot_be_made_fails_with_its_reason_and_is_not_tried_for_ever()
    {
        Want("faceless", Document("user_7", null, "removing-background"));
        Want("a b", Document("user_7", $"{storage.Address}hero.png", "removing-background"));
        Want("nobodys", Document(null, $"{storage.Address}hero.png", "removing-background"));
        Want("elsewhere", Document("user_7", "http://169.254.169.254/latest/meta-data/", "removing-background"));
        Want("no-picture", Document("user_7", $"{storage.Address}page.html", "removing-background"));
        await using var live = await Start();
        (await Becomes("faceless", "failed"))["showcaseProcessingError"]!.ToString().ShouldBe("The character has no image.");
        (await Becomes("elsewhere", "failed"))["showcaseProcessingError"]!.ToString().ShouldContain("not allowed");
        foreach (var id in new[] { "a b", "nobodys", "no-picture" })
        {
            var failed = await Becomes(id, "failed");
            (failed["isShowcaseProcessed"]!.GetValue<bool>(), failed["showcaseLease"]).ShouldBe((false, null), id);
        }
        (await Jobs(live)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Firestores_troubles_cost_time_alone()
    {
        Trouble[] troubles = [Trouble.ServerError, Trouble.RateLimit, Trouble.None, Trouble.Cut, Trouble.None, Trouble.None, Trouble.Cut, Trouble.None, Trouble.None, Trouble.None, Trouble.Cut];
        firestore.Meet(troubles);
        await using var live = await Start();
        Want("hero-1");
        await Becomes("hero-1", "complete");
        (await Jobs(live)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task After_a_death_between_claim_and_job_the_job_of_the_claim_is_submitted()
    {
        isStorageAway = true;
        Want("hero-1");
        var folder = Directory.CreateTempSubdirectory("revela-server-").FullName;
        var dying = await LiveServer.Start(Watching, folder);
        var claim = await Claim("hero-1");
        (await Jobs(dying)).ShouldBeEmpty();
        await dying.Server.DisposeAsync();

        isStorageAway = false;
        await using var next = await LiveServer.Start(Watching, folder, dying.Key);
        await Becomes("hero-1", "complete");
        (await Jobs(next)).ShouldHaveSingleItem()["id"]!.ToString().ShouldBe(claim.Split('/')[1]);
    }

    [Fact]
    public async Task After_a_death_between_the_jobs_end_and_its_document_the_document_is_told_and_nothing_made_again()
    {
        Want("hero-1");
        // From its claim on, nothing more reaches Firestore.
        firestore.Weather = () => Visuals("hero-1")["showcaseLease"] is null ? Trouble.None : Trouble.ServerError;
        var folder = Directory.CreateTempSubdirectory("revela-server-").FullName;
        var dying = await LiveServer.Start(Watching, folder);
        var job = (await Eventually.Sees(() => Jobs(dying), jobs => jobs.Length > 0))[0];
        await dying.Ended(job["id"]!.ToString());
        await dying.Server.DisposeAsync();
        Visuals("hero-1")["showcaseProcessingStatus"]!.ToString().ShouldNotBe("complete");

        firestore.Weather = () => Trouble.None;
        await using var next = await LiveServer.Start(Watching, folder, dying.Key);
        await Becomes("hero-1", "complete");
        (await Jobs(next)).Length.ShouldBe(1);
    }

    Task<LiveServer> Start() => LiveServer.Start(Watching);

    RevelaOptions Watching(RevelaOptions options) => options with
    {
        Firestore = new FirestoreOptions { Emulator = firestore.Address.Authority, Project = FirestoreFake.Project },
        Showcase = options.Showcase with { LookEvery = TimeSpan.FromMilliseconds(250), ClaimFor = TimeSpan.FromMinutes(10) },
        UrlSources = new UrlSourceOptions { PrivateHosts = ["127.0.0.1"] },
        Links = options.Links with { PublicUrl = "http://characters.example" },
    };

    async Task Send(HttpContext http)
    {
        if (isStorageAway) http.Response.StatusCode = 503;
        else if (http.Request.Path == "/page.html") await http.Response.WriteAsync("<html>");
        else await http.Response.Body.WriteAsync(picture);
    }

    void Want(string id, JsonObject? document = null) => documents.Put(Collection, id, document ?? Document("user_7", $"{storage.Address}hero.png", "removing-background"));

    static JsonObject Document(string? user, string? image, string status) => new()
    {
        ["core"] = new JsonObject { ["name"] = "Ada" },
        ["meta"] = new JsonObject { ["userId"] = user },
        ["visuals"] = new JsonObject { ["imageUrl"] = image, ["showcaseProcessingStatus"] = status, ["isShowcaseProcessed"] = false },
    };

    JsonObject Claimed(DateTimeOffset until)
    {
        var document = Document("user_7", $"{storage.Address}hero.png", "upscaling");
        document["visuals"]!["showcaseLease"] = new JsonObject { ["owner"] = "another", ["until"] = until.ToString("O") };
        return document;
    }

    JsonNode Visuals(string id) => documents.Find(Collection, id)!["visuals"]!;

    Task<JsonNode> Becomes(string id, string status) => Eventually.Sees(() => Task.FromResult(Visuals(id)), visuals => visuals["showcaseProcessingStatus"]?.ToString() == status, $"{id} is {status}");

    // Who has it.
    async Task<string> Claim(string id) => (await Eventually.Sees(() => Task.FromResult(Visuals(id)), visuals => visuals["showcaseLease"] is not null))["showcaseLease"]!["owner"]!.ToString();

    static async Task<JsonNode[]> Jobs(LiveServer live) => [.. (await live.Get("/api/v1/jobs"))["jobs"]!.AsArray().Select(job => job!)];
}
