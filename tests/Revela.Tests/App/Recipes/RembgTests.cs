using System.Net;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Imaging.Header;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App.Recipes;

/// <summary>What clients of rembg's server ask of it, asked of this one.</summary>
[Collection(nameof(SharedServer))]
public sealed class RembgTests(SharedServer shared)
{
    const string Route = "/api/remove";
    readonly LiveServer live = shared.Live;

    [Fact]
    public async Task A_picture_goes_in_and_its_cutout_comes_out_in_one_request()
    {
        var header = await Remove(Route, Form(("model", "u2net"), ("a", "true"), ("af", "240"), ("ab", "10"), ("ae", "10")));
        (header.ContentType, header.Width, header.Height, header.Channels).ShouldBe(("image/png", 240, 180, 4));
    }

    [Fact]
    public async Task A_colour_in_the_query_is_laid_behind_and_a_mask_is_given_alone()
    {
        await Remove($"{Route}?bgc=255,255,255,255&extras=%7B%7D", Form(("ppm", "true")));
        (await Remove(Route, Form(("om", "on")))).Channels.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_asked_again_is_answered_from_the_first_result()
    {
        var picture = Pictures.Disc();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var answer = await live.Client.PostAsync(Route, new MultipartFormDataContent().File(picture));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        }
        var jobs = (await live.Get("/api/v1/jobs?queue=rembg&limit=2"))["jobs"]!.AsArray();
        jobs[0]!["shared_with"].ShouldNotBeNull();
    }

    [Theory]
    [InlineData("a", "perhaps")]
    [InlineData("af", "256")]
    [InlineData("ae", "-1")]
    [InlineData("bgc", "white")]
    [InlineData("extras", "{")]
    public async Task A_bad_parameter_is_refused_with_a_detail(string name, string value) =>
        (await live.Client.PostAsync(Route, Form((name, value)).File(Pictures.New())).ShouldBeProblem(400, ErrorCodes.InvalidRequest)).ShouldContain($"'{name}'");

    [Fact]
    public async Task Without_a_picture_or_a_key_there_is_no_cutout()
    {
        await live.Client.PostAsync(Route, Form(("a", "true"))).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Client.PostAsync(Route, new MultipartFormDataContent().File("no picture"u8.ToArray())).ShouldBeProblem(415, ErrorCodes.UnsupportedFormat);
        await live.Stranger.PostAsync(Route, new MultipartFormDataContent().File(Pictures.New())).ShouldBeProblem(401, ErrorCodes.Unauthorized);
        await live.Client.GetAsync(Route).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Client.GetAsync($"{Route}?url=http://127.0.0.1/x.png").ShouldBeProblem(422, ErrorCodes.UrlNotAllowed);
    }

    async Task<ImageHeader> Remove(string route, MultipartFormDataContent form)
    {
        using var answer = await live.Client.PostAsync(route, form.File(Pictures.Disc()));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        using var bytes = new MemoryStream(await answer.Content.ReadAsByteArrayAsync());
        return new HeaderReader().Read(bytes);
    }
}
