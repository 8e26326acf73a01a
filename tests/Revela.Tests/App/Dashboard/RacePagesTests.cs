using System.Net;
using System.Text.Json.Nodes;
using Revela.App.Recipes.RacePhotos;
using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Flow;
using Revela.Core.Items;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Dashboard;

/// <summary>The pages of the race photos: found by number and runner, and doubtful readings decided one after the other.</summary>
[Collection(nameof(SharedServer))]
public sealed class RacePagesTests(SharedServer shared)
{
    const string Hostile = "<script>alert(1)</script>Ana";

    // Of its own, so that no other test's photos are among them.
    readonly string tenant = $"race-{Guid.NewGuid():N}";

    LiveServer Live => shared.Live;

    [Fact]
    public async Task Photos_are_found_by_number_and_by_runner_and_those_in_doubt_by_themselves()
    {
        await Live.Part<RosterBook>().Put(tenant, new Dictionary<string, string> { ["145"] = Hostile, ["146"] = "Beatriz", ["147"] = "Beatrice" }, default);
        var (clear, doubtful) = (await Photo([Reading("145")], []), await Photo([Reading("146")], [Reading("77", 0.5)]));
        using var browser = await Browser.SignedIn(Live, Role.Submitter, tenant);
        (await browser.Load("/race")).ShouldContain($"photo-{clear:N}");
        browser.Html.ShouldContain($"photo-{doubtful:N}");
        browser.Html.ShouldNotContain("Being read", Case.Sensitive, "the queue is the house's");

        (await browser.Load("/race?find=145")).ShouldContain($"photo-{clear:N}");
        browser.Html.ShouldNotContain($"photo-{doubtful:N}");
        (await browser.Load("/race?kind=review")).ShouldContain($"photo-{doubtful:N}");
        browser.Html.ShouldNotContain($"photo-{clear:N}");
        (await browser.Load("/race?find=beat")).ShouldContain("/race?find=147");
        browser.Html.ShouldContain("choose one above");
        (await browser.Load("/race?find=beatriz")).ShouldContain($"photo-{doubtful:N}");
        (await browser.Load("/race?find=999")).ShouldContain("Nobody is on a photo like that");

        await browser.Load($"/race/photos/{clear:D}");
        browser.Html.ShouldContain(Hostile);
        browser.Raw.ShouldNotContain("<script>alert");
        browser.Html.ShouldContain($"/api/v1/assets/{clear:D}/thumbnail?size=large");
        await browser.Load($"/race/photos/{Guid.NewGuid():D}");
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Doubtful_readings_are_decided_one_after_the_other_and_the_last_is_taken_back()
    {
        var (older, newer) = (await Photo([], [Reading("300", 0.4)]), await Photo([], [Reading("100", 0.5), Reading("200", 0.6, x: 90)]));
        using var browser = await Browser.SignedIn(Live, Role.Submitter, tenant);
        (await browser.Load("/race/review")).ShouldContain("Is this 100?");
        (await browser.Do("/race/review", ("reading", Name(newer, "100")), ("order", "is"), ("number", "100"))).ShouldContain("100 is on the photo.");
        browser.Html.ShouldContain("Is this 200?");
        browser.Html.ShouldContain("Undo 100");
        (await browser.Do("/race/review", ("reading", Name(newer, "200", 90)), ("order", "is"), ("number", "2001"))).ShouldContain("Is this 300?");
        (await Found("100")).ShouldBe([newer]);
        (await Found("2001")).ShouldBe([newer]);

        (await browser.Do("/race/review", ("reading", Name(older, "300")), ("order", "none"))).ShouldContain("Nothing is in doubt");
        (await browser.Load($"/race/photos/{older:D}")).ShouldContain("No numbers, says a person");
        (await browser.Do("/race/review", ("reading", Name(older, "300")), ("order", "undo"))).ShouldContain("Is this 300?");
        (await browser.Do("/race/review", ("reading", Name(newer, "100")), ("order", "none"), ("then", "/race"))).ShouldContain("Somebody else has decided that one.");
        (await Found("100")).ShouldBe([newer]);
    }

    [Fact]
    public async Task What_is_passed_over_comes_again_at_the_end()
    {
        var (older, newer) = (await Photo([], [Reading("300", 0.4)]), await Photo([], [Reading("100", 0.5), Reading("200", 0.6, x: 90)]));
        using var browser = await Browser.SignedIn(Live, Role.Submitter, tenant);
        await browser.Load("/race/review");
        (await browser.Load("/race/review?at=1")).ShouldContain("Is this 200?");
        // The first of two is passed over, the second decided: on to the next photo.
        var next = browser.Html.Split("name=\"next\" value=\"")[1].Split('"')[0];
        (await browser.Do("/race/review", ("reading", Name(newer, "200", 90)), ("order", "none"), ("at", "1"), ("next", next))).ShouldContain("Is this 300?");
        await browser.Do("/race/review", ("reading", Name(older, "300")), ("order", "none"), ("cursor", next));
        browser.Html.ShouldContain("Look at those passed over");
        (await browser.Load("/race/review")).ShouldContain("Is this 100?");
    }

    [Fact]
    public async Task Nobody_decides_more_than_they_may()
    {
        var photo = await Photo([], [Reading("100", 0.5)]);
        using var viewer = await Browser.SignedIn(Live, Role.Viewer, tenant);
        (await viewer.Load("/race")).ShouldNotContain("/race/review");
        await viewer.Load("/race/review");
        viewer.Answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await viewer.Load("/race");
        await viewer.Send("/race/review", ("reading", Name(photo, "100")), ("order", "none"));
        viewer.Answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        using var other = await Browser.SignedIn(Live, Role.Submitter, "elsewhere");
        await other.Load("/race");
        foreach (var (reading, order, number, status) in new[]
        {
            (Name(photo, "100"), "is", "100", HttpStatusCode.NotFound), (Name(photo, "100"), "is", "x", HttpStatusCode.BadRequest),
            (Name(photo, "100"), "maybe", "", HttpStatusCode.BadRequest), ("nonsense", "is", "1", HttpStatusCode.BadRequest),
        })
        {
            await other.Send("/race/review", ("reading", reading), ("order", order), ("number", number));
            other.Answer.StatusCode.ShouldBe(status);
        }
    }

    async Task<Guid> Photo(JsonArray asserted, JsonArray doubtful)
    {
        var picture = await Live.Part<Intake>().Accept(tenant, new MemoryStream(Pictures.New()), "finish.png", default);
        var items = Live.Part<IItemStore>();
        var photo = await items.Save(Live.Part<Photos>().New(picture), default);
        var labels = asserted.Select(reading => $"bib:{reading!["bib"]}").Concat(doubtful.Count > 0 ? ["review"] : []);
        var data = new JsonObject { ["detections"] = asserted, ["review"] = doubtful, ["labels"] = new JsonArray([.. labels.Select(label => JsonValue.Create(label))]) };
        await items.Change(tenant, photo.Collection, photo.ExternalId, new ItemChange(Data: data), default);
        return picture.Id;
    }

    static JsonObject Reading(string bib, double confidence = 0.9, int x = 10) => new()
    {
        ["bib"] = bib,
        ["confidence"] = confidence,
        ["box"] = new JsonObject { ["x"] = x, ["y"] = 20, ["width"] = 30, ["height"] = 12 },
        ["reason"] = confidence < 0.75 ? "it is small" : null,
    };

    static string Name(Guid photo, string bib, int x = 10) => $"{photo:N}-{bib}-{x}-20-30-12";

    async Task<Guid[]> Found(string bib) => [.. (await Live.Part<Photos>().List(tenant, $"bib:{bib}", null, 10, default)).Items.Select(photo => Guid.Parse(photo.ExternalId))];
}
