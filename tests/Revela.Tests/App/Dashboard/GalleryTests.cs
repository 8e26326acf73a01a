using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Revela.App.Accounts;
using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Flow;
using Revela.Core.Items;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Dashboard;

/// <summary>The gallery and the page of a picture.</summary>
[Collection(nameof(SharedServer))]
public sealed partial class GalleryTests(SharedServer shared)
{
    const string Hostile = "<script>alert(1)<!-- \"'&.png";

    LiveServer Live => shared.Live;

    [Fact]
    public async Task Pictures_are_found_by_kind_name_pipeline_and_collection()
    {
        var stem = $"g{Guid.NewGuid():N}";
        var job = await Live.Develop(Pictures.Disc(), "square", $"{stem}.png");
        var (original, result) = (job["asset_id"]!.ToString(), job["outputs"]![0]!["asset_id"]!.ToString());
        await Live.Part<IItemStore>().Save(Item(Guid.Parse(original), stem), CancellationToken.None);
        using var browser = await Browser.SignedIn(Live);

        Shown(await browser.Load($"/gallery?search={stem}")).ShouldContain(original);
        Shown(await browser.Load("/gallery?kind=developed&pipeline=square")).ShouldContain(result);
        Shown(browser.Html).ShouldNotContain(original);
        Shown(await browser.Load($"/gallery?collection={stem}")).ShouldBe([original]);
        Shown(await browser.Load($"/gallery?kind=developed&search={stem}x")).ShouldBeEmpty();
        browser.Html.ShouldContain("No picture is like that");
        (await browser.Load("/gallery?cursor=that")).ShouldContain("invalid-request");
    }

    [Fact]
    public async Task Pictures_are_found_by_metadata_state_number_and_likeness()
    {
        var stem = $"m{Guid.NewGuid():N}";
        var order = LiveServer.Form(("pipeline", "inspect"), ("metadata", $$"""{"shelf": "{{stem}}"}"""));
        using var answer = await Live.Post("/api/v1/jobs", order.File(Pictures.Disc(), "disc.png"), wait: LiveServer.Patience);
        var original = (await LiveServer.Json(answer))["asset_id"]!.ToString();
        using var browser = await Browser.SignedIn(Live);
        Shown(await browser.Load($"/gallery?metadata={stem}")).ShouldBe([original]);
        Shown(await browser.Load($"/gallery?metadata={stem}&state=completed")).ShouldBe([original]);
        Shown(await browser.Load($"/gallery?metadata={stem}&state=failed")).ShouldBeEmpty();
        Shown(await browser.Load($"/gallery?bib=7&metadata={stem}")).ShouldBeEmpty();
        (await browser.Load($"/gallery/{original}")).ShouldContain($"/gallery?like={original}");
        Shown(await browser.Load($"/gallery?like={original}"))[0].ShouldBe(original);
        await browser.Load($"/gallery?like={Guid.NewGuid()}");
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Live.Client.GetAsync("/api/v1/assets?label=bib:7").ShouldBeProblem(400, "invalid-request");
        (await Live.Get($"/api/v1/assets?metadata={stem}&state=completed&derived=false"))["assets"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Pictures_are_found_by_a_colour_among_the_other_filters()
    {
        var name = $"{Guid.NewGuid():N}.png";
        var id = (await Live.Develop(Pictures.Png(4, 4, [.. Enumerable.Range(0, 16).SelectMany(_ => (byte[])[200, 30, 40])]), "inspect", name))["asset_id"]!.ToString();
        using var browser = await Browser.SignedIn(Live);
        await browser.Load($"/gallery?kind=originals&search={name}");
        browser.Html.ShouldContain($"href=\"/gallery?kind=originals&search={name}&colour=red\" title=\"Red\"");
        Shown(await browser.Load($"/gallery?search={name}&colour=red")).ShouldBe([id]);
        browser.Html.ShouldContain("title=\"Red\" aria-current=\"true\"");
        browser.Html.ShouldContain("name=\"colour\" value=\"red\"");
        Shown(await browser.Load($"/gallery?search={name}&colour=%23cc1122")).ShouldBe([id]);
        Shown(await browser.Load($"/gallery?search={name}&colour=blue")).ShouldBeEmpty();
        browser.Html.ShouldContain("A picture's colours are known once it was shown here");
        Shown(await browser.Load($"/gallery?search={name}&colour=nonsense")).ShouldBe([id]);
        (await browser.Load($"/gallery/{id}")).ShouldContain("class=\"swatch of-red\" href=\"/gallery?colour=red\"");
    }

    [Fact]
    public async Task One_page_leads_to_the_next_without_a_gap()
    {
        var collection = $"c{Guid.NewGuid():N}";
        var ids = new List<string>();
        for (var i = 0; i < 65; i++)
        {
            var id = await Upload(Pictures.New());
            ids.Add(id);
            await Live.Part<IItemStore>().Save(Item(Guid.Parse(id), collection), CancellationToken.None);
        }
        using var browser = await Browser.SignedIn(Live);
        var first = Shown(await browser.Load($"/gallery?collection={collection}"));
        var more = More().Match(browser.Html).Groups[1].Value;
        var second = Shown(await browser.Load(more));
        first.Concat(second).ShouldBe(Enumerable.Reverse(ids));
        More().IsMatch(browser.Html).ShouldBeFalse();
    }

    [Fact]
    public async Task Chosen_pictures_are_developed_taken_along_and_deleted()
    {
        string[] ids = [await Upload(Pictures.Disc(), "one.png"), await Upload(Pictures.Disc(), "one.png")];
        using var browser = await Browser.SignedIn(Live, Role.Submitter);
        await browser.Load("/gallery");
        await browser.Send("/gallery/do", [("order", "develop:grayscale"), .. ids.Select(id => ("id", id))]);
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        var batch = browser.Answer.Headers.Location!.ToString().Split('/')[^1];
        var jobs = (await Live.Get($"/api/v1/jobs?batch_id={batch}"))["jobs"]!.AsArray();
        jobs.Select(job => job!["asset_id"]!.ToString()).ShouldBe(ids, ignoreOrder: true);
        foreach (var job in jobs) await Live.Ended(job!["id"]!.ToString());

        await browser.Load("/gallery");
        var token = browser.FormToken;
        var zip = await browser.Bytes("/gallery/do", [("order", "download"), .. ids.Select(id => ("id", id))]);
        using (var archive = new ZipArchive(new MemoryStream(zip))) archive.Entries.Select(entry => entry.Name).ShouldBe(["one.png", "one-2.png"], ignoreOrder: true);
        await browser.SendWith(token, "/gallery/do", [("order", "delete"), ("then", "/gallery?kind=originals"), .. ids.Select(id => ("id", id))]);
        browser.Answer.Headers.Location!.ToString().ShouldBe("/gallery?kind=originals");
        foreach (var id in ids) await Live.Client.GetAsync($"/api/v1/assets/{id}").ShouldBeProblem(404, "not-found");
        (await Live.Get("/api/v1/audit?action=asset.delete")).ToJsonString().ShouldContain(ids[0]);
    }

    [Fact]
    public async Task A_picture_shows_its_family_its_maker_and_can_be_made_again_with_other_settings()
    {
        var asset = await Live.Part<Intake>().Accept(KeyRing.DefaultTenant, new MemoryStream(Pictures.Disc()), Hostile, CancellationToken.None);
        var order = new JsonObject { ["pipeline"] = "square", ["asset_id"] = asset.Id.ToString(), ["metadata"] = new JsonObject { [Hostile] = Hostile } };
        var job = await Live.Post("/api/v1/jobs", LiveServer.JsonBody(order.ToJsonString()), wait: LiveServer.Patience).ShouldBe(200);
        var (original, result) = (job["asset_id"]!.ToString(), job["outputs"]![0]!["asset_id"]!.ToString());
        using var browser = await Browser.SignedIn(Live, Role.Submitter);
        await browser.Load($"/gallery/{result}");
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        Regex.Count(browser.Html, Regex.Escape(Hostile)).ShouldBeGreaterThanOrEqualTo(3);
        browser.Raw.ShouldNotContain("<script>alert", Case.Insensitive);
        browser.Html.ShouldContain($"branch-{Guid.Parse(original):N}");
        browser.Html.ShouldContain($"/api/v1/assets/{original}/thumbnail?size=large");
        browser.Html.ShouldContain("name=\"step-0-width\" value=\"1024\"");

        await browser.Send("/gallery/again", ("job", job["id"]!.ToString()), ("step-0-width", "77"), ("step-0-height", "55"), ("step-0-fit", "fill"), ("step-1-format", "webp"));
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther, browser.Html);
        var again = await Live.Ended(browser.Answer.Headers.Location!.ToString().Split('/')[^1]);
        (again["outputs"]![0]!["width"]!.GetValue<int>(), again["outputs"]![0]!["content_type"]!.ToString()).ShouldBe((77, "image/webp"));

        await browser.Load($"/gallery/{original}");
        Regex.Count(browser.Html, "branch-").ShouldBe(3);
        await browser.Send("/gallery/again", ("job", job["id"]!.ToString()), ("step-0-width", "wide"));
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        browser.Html.ShouldContain("width cannot be read");
    }

    [Fact]
    public async Task Nobody_does_more_than_they_may_or_to_what_is_not_theirs()
    {
        var mine = await Upload(Pictures.New());
        using var viewer = await Browser.SignedIn(Live);
        await viewer.Load($"/gallery/{mine}");
        viewer.Html.ShouldNotContain("value=\"delete\"");
        await viewer.Send("/gallery/do", ("order", "delete"), ("id", mine));
        viewer.Answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        using var other = await Browser.SignedIn(Live, Role.Submitter, "elsewhere");
        await other.Load($"/gallery/{mine}");
        other.Answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await other.Load("/gallery");
        Shown(other.Html).ShouldBeEmpty();
        foreach (var order in (string[])["delete", "develop:grayscale", "download", "nonsense"]) await other.Send("/gallery/do", ("order", order), ("id", mine));
        await Live.Client.GetAsync($"/api/v1/assets/{mine}").ShouldBe(200);
    }

    Item Item(Guid asset, string collection) => new()
    {
        Id = Ids.New(TimeProvider.System),
        Tenant = KeyRing.DefaultTenant,
        Collection = collection,
        ExternalId = asset.ToString(),
        AssetId = asset,
        CreatedAt = TimeProvider.System.GetUtcNow(),
        UpdatedAt = TimeProvider.System.GetUtcNow(),
    };

    async Task<string> Upload(byte[] picture, string name = "picture.png")
    {
        JsonObject kept = await Live.Post("/api/v1/assets", LiveServer.Form().File(picture, name)).ShouldBe(201);
        return kept["id"]!.ToString();
    }

    static IReadOnlyList<string> Shown(string html) => [.. Print().Matches(html).Select(print => print.Groups[1].Value)];

    [GeneratedRegex(@"name=""id"" value=""([0-9a-f-]{36})""")]
    private static partial Regex Print();

    [GeneratedRegex(@"id=""more"" class=""button"" href=""([^""]+)""")]
    private static partial Regex More();
}
