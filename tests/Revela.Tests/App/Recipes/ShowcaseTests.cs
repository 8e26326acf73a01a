using System.Net;
using System.Text.Json.Nodes;
using Revela.App.Recipes.Showcase;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App.Recipes;

/// <summary>The showcase contract, to the letter.</summary>
public sealed class ShowcaseTests
{
    const string Hero = "/api/characters/hero-1";

    [Fact]
    public async Task A_character_is_processed_and_its_picture_has_a_lasting_address()
    {
        await using var live = await LiveServer.Start();
        var made = await Put(live, Hero, Pictures.Disc());
        made.Select(field => field.Key).ShouldBe(["core", "meta", "visuals"]);
        made["visuals"]!.AsObject().Select(field => field.Key).ShouldBe(["imageUrl", "showcaseImageUrl", "isShowcaseProcessed", "showcaseProcessingStatus"]);
        (made["core"]!["name"]!.ToString(), made["meta"]!["userId"]!.ToString()).ShouldBe(("Ada", "user_7"));
        Status(made).ShouldBeNull();
        (await live.Stranger.GetAsync(made["visuals"]!["imageUrl"]!.ToString())).StatusCode.ShouldBe(HttpStatusCode.OK);

        var queued = await live.Client.PostAsync($"{Hero}/process", null).ShouldBe(202);
        await live.Ended(queued["job_id"]!.ToString());
        var done = await live.Client.GetAsync(Hero).ShouldBe(200);
        (Status(done), done["visuals"]!["isShowcaseProcessed"]!.GetValue<bool>()).ShouldBe(("complete", true));
        var url = new Uri(done["visuals"]!["showcaseImageUrl"]!.ToString());
        url.AbsolutePath.ShouldBe("/showcase-images/user_7/hero-1/showcase_hero-1.png");
        using var picture = await live.Stranger.GetAsync(url);
        picture.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        await live.Stranger.GetAsync(url.AbsolutePath).ShouldBeProblem(401, ErrorCodes.Unauthorized);
        var job = await live.Get($"/api/v1/jobs/{queued["job_id"]}");
        job["steps"]!.AsArray().Select(step => step!["op"]!.ToString()).ShouldBe(["remove-background", "upscale", "convert"]);

        var changed = await Put(live, Hero, Pictures.Disc(), name: "Grace");
        (changed["core"]!["name"]!.ToString(), changed["visuals"]!["showcaseImageUrl"]).ShouldBe(("Grace", null));
    }

    [Fact]
    public async Task Its_status_is_seen_while_it_waits_and_asking_twice_makes_it_once()
    {
        await using var live = await LiveServer.Start(options => options with { Worker = options.Worker with { Enabled = false } });
        await Put(live, Hero, Pictures.Disc());
        var first = await live.Client.PostAsync($"{Hero}/process", null).ShouldBe(202);
        var second = await live.Client.PostAsync($"{Hero}/process", null).ShouldBe(202);
        second["job_id"]!.ToString().ShouldBe(first["job_id"]!.ToString());
        Status(await live.Client.GetAsync(Hero).ShouldBe(200)).ShouldBe("removing-background");
    }

    [Fact]
    public async Task A_character_without_an_image_fails_with_that_reason_and_begins_anew_with_one()
    {
        await using var live = await LiveServer.Start();
        await Put(live, Hero, picture: null);
        await live.Client.PostAsync($"{Hero}/process", null).ShouldBeProblem(409, ErrorCodes.WrongState);
        var failed = await live.Client.GetAsync(Hero).ShouldBe(200);
        (Status(failed), failed["visuals"]!["error"]!.ToString(), failed["visuals"]!["code"]!.ToString()).ShouldBe(("failed", "The character has no image.", ErrorCodes.WrongState));
        Status(await Put(live, Hero, Pictures.Disc())).ShouldBeNull();
        await live.Client.PostAsync($"{Hero}/process", null).ShouldBe(202);
    }

    [Fact]
    public async Task A_picture_without_a_clear_subject_fails_in_the_contracts_words()
    {
        await using var live = await LiveServer.Start();
        await Put(live, Hero, Pictures.New(200, 200));
        var queued = await live.Client.PostAsync($"{Hero}/process", null).ShouldBe(202);
        await live.Ended(queued["job_id"]!.ToString());
        var failed = await live.Client.GetAsync(Hero).ShouldBe(200);
        (Status(failed), failed["visuals"]!["code"]!.ToString(), failed["visuals"]!["isShowcaseProcessed"]!.GetValue<bool>()).ShouldBe(("failed", ErrorCodes.NoClearSubject, false));
    }

    [Theory]
    [InlineData("/api/characters/.hidden")]
    [InlineData("/api/characters/a%20b")]
    [InlineData("/api/characters/%C3%B1")]
    public async Task A_name_that_is_no_part_of_an_address_is_refused(string path)
    {
        await using var live = await LiveServer.Start();
        await live.Client.GetAsync(path).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Client.PutAsync(Hero, new MultipartFormDataContent { { new StringContent("../up"), "userId" } }).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Client.GetAsync("/api/characters/nobody").ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    [Fact]
    public async Task Showcase_pictures_can_be_opened_to_anybody_and_the_recipe_switched_off()
    {
        await using var open = await LiveServer.Start(options => options with { Showcase = new ShowcaseOptions { Public = true } });
        await Put(open, Hero, Pictures.Disc());
        await open.Ended((await open.Client.PostAsync($"{Hero}/process", null).ShouldBe(202))["job_id"]!.ToString());
        var url = new Uri((await open.Client.GetAsync(Hero).ShouldBe(200))["visuals"]!["showcaseImageUrl"]!.ToString());
        url.Query.ShouldBeEmpty();
        (await open.Stranger.GetAsync(url)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await open.Stranger.GetAsync(Hero).ShouldBeProblem(401, ErrorCodes.Unauthorized);

        await using var closed = await LiveServer.Start(options => options with { Showcase = new ShowcaseOptions { Enabled = false } });
        await closed.Client.GetAsync(Hero).ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    static string? Status(JsonObject character) => character["visuals"]!["showcaseProcessingStatus"]?.ToString();

    static Task<JsonObject> Put(LiveServer live, string path, byte[]? picture, string name = "Ada")
    {
        var form = new MultipartFormDataContent { { new StringContent("user_7"), "userId" }, { new StringContent(name), "name" } };
        if (picture is not null) form.File(picture, "hero.png", "image");
        return live.Client.PutAsync(path, form).ShouldBe(200);
    }
}
