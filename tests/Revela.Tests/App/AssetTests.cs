using System.Net;
using Revela.Core.Jobs;
using Revela.Tests.Imaging.Operations;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App;

/// <summary>Assets: kept, read, listed, loaded and deleted.</summary>
[Collection(nameof(SharedServer))]
public sealed class AssetTests(SharedServer shared)
{
    const string Route = "/api/v1/assets";
    readonly LiveServer live = shared.Live;

    [Fact]
    public async Task An_upload_is_kept_byte_for_byte()
    {
        var picture = Pictures.New(50, 40);
        using var answer = await live.Post(Route, new MultipartFormDataContent().File(picture, "x.jpg"));
        var asset = await Task.FromResult(answer).ShouldBe(201);
        answer.Headers.Location!.AbsolutePath.ShouldBe($"{Route}/{asset["id"]}");
        asset["content_type"]!.ToString().ShouldBe("image/png");
        asset["width"]!.GetValue<int>().ShouldBe(50);
        asset["bytes"]!.GetValue<int>().ShouldBe(picture.Length);
        asset["file_name"]!.ToString().ShouldBe("x.jpg");
        (await live.Get($"{Route}/{asset["id"]}"))["sha256"]!.ToString().ShouldBe(asset["sha256"]!.ToString());
        (await live.Client.GetByteArrayAsync($"{Route}/{asset["id"]}/content")).ShouldBe(picture);
        using var loaded = await live.Stranger.GetAsync(asset["url"]!.ToString());
        (await loaded.Content.ReadAsByteArrayAsync()).ShouldBe(picture);
        loaded.Content.Headers.ContentDisposition!.FileName.ShouldBe("x.png");
    }

    [Fact]
    public async Task Many_uploads_answer_with_a_list()
    {
        var list = await live.Post(Route, new MultipartFormDataContent().File(Pictures.New()).File(Pictures.New())).ShouldBe(201);
        list["assets"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Derived_pictures_know_their_parent()
    {
        var job = await live.Develop(Pictures.New(), "grayscale", $"{Guid.NewGuid():N}.png");
        var children = (await live.Get($"{Route}?parent_id={job["asset_id"]}&derived=true"))["assets"]!.AsArray();
        children.ShouldHaveSingleItem()!["job_id"]!.ToString().ShouldBe(job["id"]!.ToString());
        (await live.Get($"{Route}?job_id={job["id"]}"))["assets"]!.AsArray().Count.ShouldBe(1);
        var parent = await live.Get($"{Route}/{job["asset_id"]}");
        (await live.Get($"{Route}?search={parent["file_name"]}&derived=false"))["assets"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Similar_pictures_are_found_once_they_are_inspected()
    {
        var cat = await live.Develop(File.ReadAllBytes(Files.Sample("chelsea.png")), "thumbnail");
        var (first, second) = (cat["asset_id"]!.ToString(), cat["outputs"]![0]!["asset_id"]!.ToString());
        var third = (await live.Develop(File.ReadAllBytes(Files.Sample("coffee.png")), "inspect"))["asset_id"]!.ToString();
        foreach (var id in new[] { first, second })
        {
            var job = await live.Post("/api/v1/jobs", JsonBody($$"""{"asset_id": "{{id}}", "pipeline": "inspect"}"""), wait: LiveServer.Patience).ShouldBe(200);
            job["outputs"]!.AsArray().ShouldBeEmpty();
            (await live.Get($"{Route}/{id}"))["perceptual_hash"]!.ToString().ShouldBe(job["data"]!["perceptual_hash"]!.ToString());
        }

        var alike = (await live.Get($"{Route}/{first}/similar?limit=500"))["assets"]!.AsArray();
        alike.Select(one => one!["asset"]!["id"]!.ToString()).ShouldContain(second);
        alike.Select(one => one!["asset"]!["id"]!.ToString()).ShouldNotContain(third);
        alike.Select(one => one!["distance"]!.GetValue<int>()).ShouldBeInOrder();
    }

    [Theory]
    [InlineData("astronaut.png", "orange", "#f28c28")]
    [InlineData("chelsea.png", "brown", "#8b5a2b")]
    [InlineData("coffee.png", "brown", "#5C3A21")]
    public async Task Pictures_are_found_by_colour_once_they_are_inspected(string sample, string colour, string spelled)
    {
        var name = $"{Guid.NewGuid():N}.png";
        var id = (await live.Develop(File.ReadAllBytes(Files.Sample(sample)), "inspect", name))["asset_id"]!.ToString();
        (await live.Get($"{Route}/{id}"))["colours"]!.AsArray().Select(one => one!.ToString()).ShouldContain(colour);
        foreach (var asked in new[] { colour, Uri.EscapeDataString(spelled) })
            (await live.Get($"{Route}?search={name}&colour={asked}"))["assets"]!.AsArray().ShouldHaveSingleItem()!["id"]!.ToString().ShouldBe(id);
        (await live.Get($"{Route}?search={name}&colour=purple"))["assets"]!.AsArray().ShouldBeEmpty();
        (await live.Client.GetAsync($"{Route}?colour=sea").ShouldBeProblem(400, ErrorCodes.InvalidRequest)).ShouldContain("#rrggbb or one of red, orange, yellow");
    }

    [Fact]
    public async Task What_was_not_inspected_has_no_similar_pictures_to_tell()
    {
        var asset = await live.Post(Route, new MultipartFormDataContent().File(Pictures.New())).ShouldBe(201);
        asset["colours"].ShouldBeNull();
        await live.Client.GetAsync($"{Route}/{asset["id"]}/similar").ShouldBeProblem(409, ErrorCodes.WrongState);
        await live.Client.GetAsync($"{Route}/{asset["id"]}/similar?distance=12").ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Client.GetAsync($"{Route}/{Guid.NewGuid()}/similar").ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    [Fact]
    public async Task An_asset_is_deleted_unless_an_open_job_reads_it()
    {
        var asset = await live.Post(Route, new MultipartFormDataContent().File(Pictures.New())).ShouldBe(201);
        var path = $"{Route}/{asset["id"]}";
        var job = await live.Post("/api/v1/jobs", JsonBody($$"""{"asset_id": "{{asset["id"]}}", "pipeline": "grayscale", "run_at": "2999-01-01T00:00:00Z"}""")).ShouldBe(202);
        await live.Client.DeleteAsync(path).ShouldBeProblem(409, ErrorCodes.WrongState);
        await live.Post($"/api/v1/jobs/{job["id"]}/cancel", null).ShouldBe(200);
        await live.Client.DeleteAsync(path).ShouldBe(204);
        await live.Client.GetAsync(path).ShouldBeProblem(404, ErrorCodes.NotFound);
        await live.Client.GetAsync(path + "/content").ShouldBeProblem(404, ErrorCodes.NotFound);
        await live.Client.DeleteAsync(path).ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    [Fact]
    public async Task Bad_uploads_are_refused()
    {
        await live.Post(Route, new MultipartFormDataContent { { new StringContent("x"), "other" } }).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Post(Route, new MultipartFormDataContent().File([1, 2, 3])).ShouldBeProblem(415, ErrorCodes.UnsupportedFormat);
        await live.Post(Route, JsonBody("{}")).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Post(Route, new StringContent("x")).ShouldBeProblem(415, ErrorCodes.UnsupportedMediaType);
        await live.Client.GetAsync($"{Route}?limit=1000").ShouldBeProblem(400, ErrorCodes.InvalidRequest);
    }
}
