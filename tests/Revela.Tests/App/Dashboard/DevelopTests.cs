using System.Net;
using System.Text.RegularExpressions;
using Revela.App.Dashboard.Develop;
using Revela.App.Recipes.Catalog;
using Revela.Core.Accounts;
using Revela.Core.Pipelines;
using Revela.Imaging.Header;
using Revela.Tests.App.Accounts;
using Revela.Tests.Imaging.Operations;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Dashboard;

/// <summary>The page where pictures are dropped, without its scripts.</summary>
[Collection(nameof(SharedServer))]
public sealed partial class DevelopTests(SharedServer shared)
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

    [Fact]
    public async Task Money_and_time_are_told_before_and_the_time_once_a_picture_was_developed()
    {
        (await Live.Develop(Pictures.New(), "preview"))["state"]!.ToString().ShouldBe("completed");
        using var browser = await Browser.SignedIn(Live, Role.Submitter);
        await browser.Load("/develop?pipeline=catalog");
        (await browser.Send("/develop/price", ("pipeline", "catalog"), ("id", "1"), ("id", "2"))).ShouldStartWith("$0.13 for 2 pictures, $0.0670 each · ");
        (await Price("catalog", 1)).ShouldStartWith("$0.0670 · ");
        (await Price("preview", 0)).ShouldBe("Costs nothing: all of it is done here");
        // What was measured is counted a moment after it happened.
        await Eventually.Sees(() => Price("preview", 3), price => price.StartsWith("Costs nothing: all of it is done here · a", StringComparison.Ordinal));

        async Task<string> Price(string pipeline, int pictures)
        {
            await browser.Load("/develop");
            return await browser.Send("/develop/price", [("pipeline", pipeline), .. Enumerable.Range(0, pictures).Select(i => ("id", $"{i}"))]);
        }
    }

    [Fact]
    public async Task A_pipeline_is_shown_with_what_it_makes_of_a_photo_made_once()
    {
        using var browser = await Browser.SignedIn(Live, Role.Submitter);
        var seen = await Eventually.Sees(() => browser.Load("/develop?pipeline=square"), html => Example().IsMatch(html));
        seen.ShouldContain("600 × 400 · ");
        seen.ShouldContain("→ 1024 × 1024 · ");
        var address = Example().Match(seen).Value;
        var picture = await Live.Client.GetByteArrayAsync(address);
        var header = new HeaderReader().Read(new MemoryStream(picture));
        (header.ContentType, header.Width, header.Height).ShouldBe((Examples.ContentType, 1024, 1024));
        (await Live.Client.GetByteArrayAsync("/develop/sample")).ShouldBe(File.ReadAllBytes(Files.Sample("coffee.png")));

        var examples = Live.Part<Examples>();
        var square = Live.Part<PipelineCatalog>().Get("square");
        var file = (await examples.Find(square, CancellationToken.None)).ShouldNotBeNull();
        var made = File.GetLastWriteTimeUtc(file);
        // Neither its name nor its queue makes another of it, its steps do.
        (await examples.Find(square with { Name = "other", Queue = "other" }, CancellationToken.None)).ShouldBe(file);
        (await examples.Find(square with { Steps = [.. square.Steps.Take(1)] }, CancellationToken.None)).ShouldNotBe(file);
        File.GetLastWriteTimeUtc(file).ShouldBe(made);
    }

    [Theory]
    [InlineData("catalog", "A service outside does a part of this, or may.")]
    [InlineData("inspect", "It tells what it sees; the picture stays as it is.")]
    public async Task Where_there_is_no_example_the_photo_stands_with_the_reason(string pipeline, string reason)
    {
        using var browser = await Browser.SignedIn(Live, Role.Submitter);
        await browser.Load($"/develop?pipeline={pipeline}");
        browser.Html.ShouldContain(reason);
        browser.Html.ShouldContain("src=\"/develop/sample?v=");
        (await Live.Client.GetAsync($"/develop/example?pipeline={pipeline}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Live.Client.GetAsync("/develop/example?pipeline=no-such")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_pipeline_that_makes_nothing_of_the_photo_says_why()
    {
        var examples = Live.Part<Examples>();
        var steps = Live.Part<IOperations>().Normalise(new Step("crop", new() { ["x"] = 5000, ["y"] = 0, ["width"] = 10, ["height"] = 10 }), [])!;
        var pipeline = new Pipeline { Name = "beyond", Steps = [steps] };
        (await examples.Find(pipeline, CancellationToken.None)).ShouldBeNull();
        var example = examples.Of(pipeline);
        example.State.ShouldBe(ExampleState.Failed);
        example.Why.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task What_a_power_cut_left_of_an_example_is_made_anew()
    {
        var (examples, pipeline) = (Live.Part<Examples>(), Live.Part<PipelineCatalog>().Get("grayscale"));
        var file = (await examples.Find(pipeline, CancellationToken.None)).ShouldNotBeNull();
        var record = Path.ChangeExtension(file, ".json");
        await File.WriteAllBytesAsync(record, []);
        var left = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(file)!, "left"));
        left.LastWriteTimeUtc = DateTime.UnixEpoch;

        (await examples.Find(pipeline, CancellationToken.None)).ShouldBe(file);
        new FileInfo(record).Length.ShouldBeGreaterThan(0);
        examples.Of(pipeline).State.ShouldBe(ExampleState.Made);
        Directory.Exists(left.FullName).ShouldBeFalse();
    }

    [GeneratedRegex(@"/develop/example\?pipeline=square&v=[0-9a-f]{16}")]
    private static partial Regex Example();

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
