using System.Net;
using Revela.Core.Accounts;
using Revela.Core.Assets;
using Shouldly;
using Xunit;

namespace Revela.Tests.App;

/// <summary>Small copies of pictures.</summary>
[Collection(nameof(SharedServer))]
public sealed class ThumbnailTests(SharedServer shared)
{
    LiveServer Live => shared.Live;

    [Fact]
    public async Task A_picture_has_a_small_copy_that_is_kept()
    {
        var asset = await Upload(Pictures.Disc());
        foreach (var time in (string[])["made", "kept"])
        {
            using var answer = await Live.Client.GetAsync($"/api/v1/assets/{asset}/thumbnail");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, time);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("image/webp");
            answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            answer.Headers.CacheControl!.ToString().ShouldContain("immutable");
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            System.Text.Encoding.ASCII.GetString(bytes, 8, 4).ShouldBe("WEBP");
        }
        using var large = await Live.Client.GetAsync($"/api/v1/assets/{asset}/thumbnail?size=large");
        large.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Whoever_makes_a_small_copy_finds_out_how_the_picture_looks()
    {
        var asset = await Upload(Pictures.Disc());
        (await Live.Get($"/api/v1/assets/{asset}"))["colours"].ShouldBeNull();
        (await Live.Client.GetAsync($"/api/v1/assets/{asset}/thumbnail")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var seen = await Live.Get($"/api/v1/assets/{asset}");
        seen["colours"]!.AsArray().Select(colour => colour!.ToString()).ShouldContain("white");
        var job = await Live.Post("/api/v1/jobs", LiveServer.JsonBody($$"""{"asset_id": "{{asset}}", "pipeline": "inspect"}"""), wait: 60).ShouldBe(200);
        var exact = PerceptualHash.Read(job["data"]!["perceptual_hash"]!.ToString())!.Value;
        PerceptualHash.Read(seen["perceptual_hash"]!.ToString())!.Value.DistanceTo(exact).ShouldBeLessThanOrEqualTo(4);
    }

    [Fact]
    public async Task What_cannot_be_decoded_has_none_and_is_not_tried_again()
    {
        var broken = Pictures.Disc();
        Array.Clear(broken, broken.Length / 3, broken.Length / 3);
        var asset = await Upload(broken);
        await Live.Client.GetAsync($"/api/v1/assets/{asset}/thumbnail").ShouldBeProblem(404, "not-found");
        await Live.Client.GetAsync($"/api/v1/assets/{asset}/thumbnail").ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task While_another_process_holds_the_store_it_is_said_when_to_come_back_and_nothing_lies_about()
    {
        await using var live = await LiveServer.Start();
        var asset = (await live.Post("/api/v1/assets", LiveServer.Form().File(Pictures.Disc())).ShouldBe(201))["id"];
        using (new HeldStore(live.Data))
        {
            using var refused = await live.Client.GetAsync($"/api/v1/assets/{asset}/thumbnail");
            refused.Headers.RetryAfter!.Delta.ShouldNotBeNull();
            var problem = await Task.FromResult(refused).ShouldBe(503);
            (problem["code"]!.ToString(), problem["retryable"]!.GetValue<bool>()).ShouldBe(("store-unavailable", true));
            Directory.EnumerateFiles(Path.Combine(live.Data, "thumbnails"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
        }
        (await live.Client.GetAsync($"/api/v1/assets/{asset}/thumbnail")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await live.Get($"/api/v1/assets/{asset}"))["colours"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Another_tenants_picture_and_another_size_are_refused()
    {
        var asset = await Upload(Pictures.Disc());
        using var other = Live.With((await Live.NewKey(Scopes.Read, "other")).Plain);
        await other.GetAsync($"/api/v1/assets/{asset}/thumbnail").ShouldBeProblem(404, "not-found");
        await Live.Client.GetAsync($"/api/v1/assets/{asset}/thumbnail?size=huge").ShouldBeProblem(400, "invalid-request");
        await Live.Stranger.GetAsync($"/api/v1/assets/{asset}/thumbnail").ShouldBeProblem(401, "unauthorized");
    }

    async Task<string> Upload(byte[] picture)
    {
        var kept = await Live.Post("/api/v1/assets", LiveServer.Form().File(picture)).ShouldBe(201);
        return kept["id"]!.ToString();
    }
}
