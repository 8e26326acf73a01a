using Microsoft.Playwright;
using Revela.Journeys.Window;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;
using Drawn = Revela.Tests.App.Pictures;

namespace Revela.Journeys;

/// <summary>Pictures in a real browser: dropped, sent through broken connections, refused, chosen and deleted.</summary>
[Collection(nameof(EmbeddedRoom))]
public sealed class PictureTests(EmbeddedRoom room, Chromium chromium)
{
    [SkippableTheory, InlineData(false), InlineData(true)]
    public async Task A_pipeline_is_chosen_by_what_it_makes_of_a_photo(bool phone)
    {
        await using var watcher = await Watcher.SignIn(chromium, room.Server, phone: phone);
        await watcher.Open("/develop?pipeline=grayscale");
        var (example, after) = (watcher.Page.Locator("#example"), watcher.Page.Locator("#example img.after"));
        await Expect(after).ToBeVisibleAsync();
        await IsLoaded(after);
        var edge = example.GetByLabel("Edge between before and after");
        await edge.FocusAsync();
        await watcher.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(edge).ToHaveValueAsync("51");

        await watcher.Page.GetByRole(AriaRole.Radio, new() { Name = "thumbnail" }).CheckAsync();
        await Expect(example).ToContainTextAsync("→ 256 × 171");
        await IsLoaded(after);
        await watcher.Page.GetByRole(AriaRole.Radio, new() { Name = "catalog" }).CheckAsync();
        await Expect(example).ToContainTextAsync("A service outside does a part of this");
        await Expect(after).ToHaveCountAsync(0);
        await IsLoaded(example.GetByAltText("A cup of coffee on a table"));
        await watcher.Open("/develop?pipeline=inspect&lang=es");
        await Expect(example).ToContainTextAsync("Dice lo que ve");
    }

    static Task IsLoaded(ILocator picture) =>
        Expect(picture).Not.ToHaveJSPropertyAsync("naturalWidth", 0);

    [SkippableFact]
    public async Task A_restart_in_the_middle_of_an_upload_costs_nothing()
    {
        await using var server = await Server.Started();
        await using var watcher = await Watcher.SignIn(chromium, server);
        await watcher.Open("/develop");
        var pieces = 0;
        var restarted = new TaskCompletionSource();
        await watcher.Page.RouteAsync("**/api/v1/uploads/*", async route =>
        {
            if (route.Request.Method == "PATCH" && ++pieces == 2)
            {
                await server.Stop();
                await route.AbortAsync();
                await server.Start();
                restarted.SetResult();
            }
            else await route.ContinueAsync();
        });
        // Two pieces and a half.
        var picture = Drawn.New(1400, 1200);
        picture.Length.ShouldBeGreaterThan(4 * 1024 * 1024);
        await Files.Drop(watcher.Page, ("large.png", picture));
        await Expect(watcher.Page.Locator(".sheet-row.is-sent")).ToHaveCountAsync(1);
        var id = await watcher.Page.Locator(".sheet-row input[name=id]").InputValueAsync();
        await restarted.Task;
        (await server.Door.Get($"/api/v1/assets/{id}"))["bytes"]!.GetValue<long>().ShouldBe(picture.Length);
        pieces.ShouldBeGreaterThanOrEqualTo(3);
    }

    [SkippableFact]
    public async Task What_is_refused_says_why_and_can_be_taken_out()
    {
        await using var watcher = await Watcher.SignIn(chromium, room.Server);
        await watcher.Open("/develop");
        await Files.Drop(watcher.Page, ("<img src=x onerror=alert(1)>.png", "This is no picture."u8.ToArray()), ("good.png", Drawn.New()));
        await Expect(watcher.Page.Locator(".sheet-row.is-refused")).ToHaveCountAsync(1);
        await Expect(watcher.Page.Locator(".sheet-row.is-sent")).ToHaveCountAsync(1);
        (await watcher.Page.Locator("img[src='x']").CountAsync()).ShouldBe(0);
        await watcher.Page.Locator(".sheet-row.is-refused [data-remove]").ClickAsync();
        await Expect(watcher.Page.Locator(".sheet-row")).ToHaveCountAsync(1);
        await Expect(watcher.Page.Locator("[data-go-develop]")).ToBeEnabledAsync();
        await watcher.Page.GetByText("Settings of").ClickAsync();
        await watcher.Page.GetByRole(AriaRole.Radio, new() { Name = "square" }).CheckAsync();
        await Expect(watcher.Page.Locator("[name='step-0-width']")).ToHaveValueAsync("1024");
    }

    [SkippableFact]
    public async Task The_gallery_goes_on_takes_new_pictures_in_and_deletes_what_is_chosen()
    {
        await using var server = await Server.Started();
        foreach (var i in Enumerable.Range(0, 130)) await server.Door.Submit(Drawn.New(), new Dictionary<string, string> { ["pipeline"] = "inspect" });
        await using var watcher = await Watcher.SignIn(chromium, server);
        await watcher.Open("/gallery?kind=originals");
        var prints = watcher.Page.Locator("#grid > li");
        // Each end of the grid brings the next pictures.
        for (var seen = 0; seen < 130; seen = await prints.CountAsync())
        {
            await prints.Last.ScrollIntoViewIfNeededAsync();
            await Expect(prints.Nth(seen)).ToBeAttachedAsync();
        }
        var ids = await prints.EvaluateAllAsync<string[]>("prints => prints.map(print => print.id)");
        ids.ShouldBeUnique();
        ids.Length.ShouldBe(130);

        await watcher.IsTheSamePage();
        await server.Door.Submit(Drawn.New(), new Dictionary<string, string> { ["pipeline"] = "inspect" });
        await Expect(prints).ToHaveCountAsync(131);
        (await watcher.IsTheSamePage()).ShouldBeTrue();

        var (first, second) = (await prints.Nth(0).GetAttributeAsync("id"), await prints.Nth(1).GetAttributeAsync("id"));
        foreach (var i in (int[])[0, 1])
        {
            await prints.Nth(i).Locator("a").FocusAsync();
            await watcher.Page.Keyboard.PressAsync("x");
        }
        await Expect(watcher.Page.Locator("[data-count]")).ToHaveTextAsync("2 chosen");
        await Ended(server);
        await watcher.Press("Delete");
        await watcher.Page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await watcher.Sees("2 deleted");
        await Expect(watcher.Page.Locator($"#{first}, #{second}")).ToHaveCountAsync(0);
    }

    [SkippableFact]
    public async Task Pictures_are_found_by_their_colour_with_the_mouse_and_by_keyboard_in_either_language()
    {
        await using var server = await Server.Started();
        var (poppy, sea) = (await Inspected(server, 205, 30, 40), await Inspected(server, 20, 60, 190));
        await using var watcher = await Watcher.SignIn(chromium, server);
        await watcher.Open("/gallery?kind=originals");
        var prints = watcher.Page.Locator("#grid > li");
        await watcher.Page.GetByRole(AriaRole.Link, new() { Name = "Red", Exact = true }).ClickAsync();
        await Expect(prints).ToHaveCountAsync(1);
        await Expect(prints).ToHaveIdAsync(poppy);
        await Expect(watcher.Page.GetByRole(AriaRole.Link, new() { Name = "Red", Exact = true })).ToHaveAttributeAsync("aria-current", "true");
        await watcher.TabTo(watcher.Page.GetByRole(AriaRole.Link, new() { Name = "Blue", Exact = true }));
        await watcher.Keys("Enter");
        await Expect(prints).ToHaveIdAsync(sea);

        // Looking for a name keeps the colour.
        await watcher.Page.Locator(".filters [data-search]").FillAsync("nothing like it");
        await watcher.Keys("Enter");
        await watcher.Sees("No picture is like that");
        await watcher.Open("/gallery?colour=red&lang=es");
        await watcher.Page.GetByRole(AriaRole.Link, new() { Name = "Cualquier color" }).ClickAsync();
        await Expect(prints).ToHaveCountAsync(2);
    }

    // An even picture whose colours are known; the id of its print.
    static async Task<string> Inspected(Server server, byte red, byte green, byte blue)
    {
        byte[] pixels = [.. Enumerable.Range(0, 60 * 40).SelectMany(_ => (byte[])[red, green, blue])];
        var job = await server.Door.Submit(Drawn.Png(60, 40, pixels), new Dictionary<string, string> { ["pipeline"] = "inspect" });
        await server.JobBecomes(job.Id(), "completed");
        return $"print-{Guid.Parse(job.Text("asset_id")!):N}";
    }

    // A picture that a job still reads is kept.
    static async Task Ended(Server server)
    {
        foreach (var job in (await server.Door.Get("/api/v1/jobs?limit=2"))["jobs"]!.AsArray()) await server.JobBecomes(job!["id"]!.ToString(), "completed");
    }
}
