using System.Net;
using System.Text.Json.Nodes;
using Revela.App.Recipes.Catalog;
using Revela.Core.Accounts;
using Revela.Imaging.Header;
using Revela.Providers.Fakes;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Dashboard;

/// <summary>The pages of the catalogue: articles chosen and processed with their price told before, and new pictures kept or not.</summary>
public sealed class CataloguePagesTests : IAsyncLifetime
{
    FakeServices fakes = null!;
    LiveServer live = null!;

    public async Task InitializeAsync()
    {
        fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, CancellationToken.None);
        live = await LiveServer.Start(options => options.SentTo(fakes));
    }

    public async Task DisposeAsync()
    {
        await live.DisposeAsync();
        await fakes.DisposeAsync();
    }

    [Fact]
    public async Task A_category_is_processed_at_a_told_price_and_the_new_pictures_are_kept_or_not()
    {
        await live.Client.PatchAsync("/api/v1/queues/catalog", LiveServer.JsonBody("""{"paused": true, "min_gap_seconds": 0}""")).ShouldBe(200);
        foreach (var (name, category) in new[] { ("Taza", 1), ("Plato", 1), ("Jarra", 2) }) await Add(name, category);
        using var browser = await Browser.SignedIn(live, Role.Admin);
        await browser.Load("/catalogue?category=1");
        browser.Html.ShouldContain("Choose all 2");
        browser.Html.ShouldNotContain("Jarra");
        var token = browser.FormToken;
        var price = await browser.SendWith(token, "/catalogue/price", ("all", "true"), ("category", "1"));
        price.ShouldContain("$");
        price.ShouldContain("how long is known after the first");
        var one = await browser.SendWith(token, "/catalogue/price", ("id", "1"));
        one.ShouldNotBe(price);

        await browser.Load("/catalogue?category=1");
        (await browser.Do("/catalogue/do", ("order", "process"), ("all", "true"), ("category", "1"), ("priority", "10"), ("then", "/catalogue?category=1"))).ShouldContain("Queued: 2.");
        var jobs = (await live.Get("/api/v1/jobs?pipeline=catalog"))["jobs"]!.AsArray();
        jobs.Select(job => job!["priority"]!.GetValue<int>()).ShouldBe([10, 10]);
        (await browser.Load("/catalogue?state=waiting")).ShouldContain("Choose all 2");
        (await browser.Do("/catalogue/do", ("order", "process"), ("id", "1"), ("id", "3"))).ShouldContain("The others are inactive");
        await browser.Load("/catalogue");
        (await browser.Do("/catalogue/do", ("order", "cancel"), ("id", "3"), ("then", "/catalogue"))).ShouldContain("Taken out of the queue: 1.");
        (await browser.Load("/catalogue?state=failed")).ShouldContain("Jarra");

        await live.Client.PatchAsync("/api/v1/queues/catalog", LiveServer.JsonBody("""{"paused": false}""")).ShouldBe(200);
        foreach (var job in jobs) (await live.Ended(job!["id"]!.ToString()))["state"]!.ToString().ShouldBe("completed");
        (await browser.Load("/catalogue?state=fresh")).ShouldContain("Choose all 2");
        await TimeIsTold(browser);

        (await browser.Load("/catalogue/review")).ShouldContain("Taza");
        (await browser.Do("/catalogue/1/keep", ("then", "/catalogue/review?after=1"))).ShouldContain("Plato");
        (await browser.Do("/catalogue/2/revert", ("then", "/catalogue/review?after=2"))).ShouldContain("All pictures were looked at");
        (await browser.Load("/catalogue?state=kept")).ShouldContain("Taza");
        (await browser.Load("/catalogue?state=own")).ShouldContain("Plato");
        (await browser.Load("/catalogue/1")).ShouldContain("data-stage");
    }

    [Fact]
    public async Task An_article_is_changed_and_what_somebody_wrote_stays_text()
    {
        const string hostile = "\"><script>alert(1)</script>";
        await Add(hostile, 7);
        using var browser = await Browser.SignedIn(live, Role.Submitter);
        foreach (var path in (string[])["/catalogue", "/catalogue/1", $"/catalogue?search={Uri.EscapeDataString(hostile)}"])
        {
            (await browser.Load(path)).ShouldContain(hostile);
            browser.Raw.ShouldNotContain("<script>alert");
        }
        await browser.Load("/catalogue/1");
        await browser.Do("/catalogue/1", ("nombre", "Taza"), ("descripcion", "De barro"), ("unidad", ""), ("categoria_id", "3"));
        var article = (await live.Get($"{Articles.Root}/1"))["data"]!["articulo"]!;
        (article["nombre"]!.ToString(), article["descripcion"]!.ToString(), article["categoria_id"]!.GetValue<int>(), article["activo"]!.GetValue<bool>()).ShouldBe(("Taza", "De barro", 3, false));
        await browser.Load("/catalogue/1");
        await browser.Send("/catalogue/1", ("nombre", ""), ("categoria_id", "many"));
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task An_empty_catalogue_teaches_and_nobody_does_more_than_they_may()
    {
        using var viewer = await Browser.SignedIn(live);
        (await viewer.Load("/catalogue")).ShouldContain("There are no articles yet");
        viewer.Html.ShouldNotContain("data-import");
        await Add("Taza", 1);
        (await viewer.Load("/catalogue")).ShouldNotContain("name=\"order\"");
        foreach (var path in (string[])["/catalogue/do", "/catalogue/price", "/catalogue/1", "/catalogue/1/keep", "/catalogue/1/revert", "/catalogue/1/process"])
        {
            await viewer.Load("/catalogue");
            await viewer.Send(path, ("id", "1"), ("order", "process"));
            viewer.Answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
        }
        using var other = await Browser.SignedIn(live, Role.Submitter, "elsewhere");
        await other.Load("/catalogue/1");
        other.Answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await other.Load("/catalogue")).ShouldNotContain("href=\"/catalogue/1\"");
        await other.Send("/catalogue/1/keep");
        other.Answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Switched_off_neither_recipe_has_pages()
    {
        await using var off = await LiveServer.Start(options => options with { Catalog = new() { Enabled = false }, RacePhotos = new() { Enabled = false } });
        using var browser = await Browser.SignedIn(off, Role.Admin);
        await browser.Load("/");
        foreach (var path in (string[])["/catalogue", "/race"])
        {
            browser.Html.ShouldNotContain($"href=\"{path}\"");
            await browser.Load(path);
            browser.Answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            await browser.Load("/");
        }
    }

    // What was measured is counted a moment after it happened.
    static Task TimeIsTold(Browser browser) => Eventually.Sees(
        async () =>
        {
            await browser.Load("/catalogue?state=fresh");
            return await browser.Send("/catalogue/price", ("id", "1"));
        },
        price => !price.Contains("how long is known after the first", StringComparison.Ordinal));

    async Task Add(string name, int category) => await live.Client.PostAsync(
        Articles.Root, LiveServer.Form(("nombre", name), ("categoria_id", $"{category}"), ("descripcion", "De barro")).File(Pictures.New(), field: "imagen")).ShouldBe(201);
}
