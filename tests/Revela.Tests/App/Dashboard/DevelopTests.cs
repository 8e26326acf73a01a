using System.Net;
using Revela.App.Recipes.Catalog;
using Revela.Core.Accounts;
using Revela.Tests.App.Accounts;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Dashboard;

/// <summary>The page where pictures are dropped, without its scripts.</summary>
[Collection(nameof(SharedServer))]
public sealed class DevelopTests(SharedServer shared)
{
    LiveServer Live => shared.Live;

    [Fact]
    public async Task Every_pipeline_can_be_chosen_and_has_its_settings()
    {
        using var browser = await Browser.SignedIn(Live, Role.Submitter);
        await browser.Load("/develop");
        foreach (var pipeline in (await Live.Get("/api/v1/pipelines"))["pipelines"]!.AsArray())
        {
            var name = pipeline!["name"]!.ToString();
            await browser.Load($"/develop?pipeline={name}");
            browser.Answer.StatusCode.ShouldBe(HttpStatusCode.OK, name);
            browser.Html.ShouldContain($"name=\"settings\" value=\"{name}\"");
            await browser.Send("/develop/price", ("pipeline", name));
            // One of the built-in pipelines is painted by a service.
            browser.Html.ShouldContain(name == CatalogRecipe.PipelineName ? "$0.0670 each" : "Costs nothing", Case.Sensitive, name);
            await browser.Load("/develop");
        }
    }

    [Fact]
    public async Task Pictures_that_are_there_are_developed_with_the_settings_in_the_form()
    {
        var kept = await Live.Post("/api/v1/assets", LiveServer.Form().File(Pictures.Disc(), "disc.png")).ShouldBe(201);
        using var browser = await Browser.SignedIn(Live, Role.Submitter);
        await browser.Load($"/develop?pipeline=square&asset={kept["id"]}&asset={Guid.NewGuid()}&asset=nothing");
        browser.Html.ShouldContain("disc.png");
        await browser.Send("/develop", ("pipeline", "square"), ("settings", "square"), ("id", kept["id"]!.ToString()), ("step-0-width", "40"), ("step-0-height", "30"), ("step-0-fit", "cover"));
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther, browser.Html);
        var job = await Live.Ended(browser.Answer.Headers.Location!.ToString().Split('/')[^1]);
        (job["pipeline"]!.ToString(), job["outputs"]![0]!["width"]!.GetValue<int>()).ShouldBe(("square", 40));
    }

    [Theory]
    [InlineData("square", "", 400)]
    [InlineData("no-such", "019aa0c3-7f1e-7c52-9d1c-2b1f6f0a4e11", 422)]
    [InlineData("square", "019aa0c3-7f1e-7c52-9d1c-2b1f6f0a4e11", 404)]
    [InlineData("square", "../../etc/passwd", 400)]
    public async Task What_cannot_be_developed_is_refused(string pipeline, string id, int status)
    {
        using var browser = await Browser.SignedIn(Live, Role.Submitter);
        await browser.Load("/develop");
        await browser.Send("/develop", id.Length == 0 ? [("pipeline", pipeline)] : [("pipeline", pipeline), ("id", id)]);
        ((int)browser.Answer.StatusCode).ShouldBe(status);
    }

    [Fact]
    public async Task A_session_sends_pieces_from_its_own_pages_alone()
    {
        var client = await (await Person.Add(Live, Role.Submitter)).SignInByCookie();
        using var begun = await client.SendAsync(Piece());
        begun.StatusCode.ShouldBe(HttpStatusCode.Created);
        client.DefaultRequestHeaders.Remove("Origin");
        client.DefaultRequestHeaders.Add("Origin", "https://elsewhere.example");
        await client.SendAsync(Piece()).ShouldBeProblem(403, "wrong-origin");

        static HttpRequestMessage Piece() => new(HttpMethod.Post, "/api/v1/uploads") { Headers = { { "Tus-Resumable", "1.0.0" }, { "Upload-Length", "100" } } };
    }
}
