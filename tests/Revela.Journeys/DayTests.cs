using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Revela.Journeys.Pictures;
using Revela.Journeys.Window;
using Revela.Providers.Fakes;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;
using Drawn = Revela.Tests.App.Pictures;

namespace Revela.Journeys;

/// <summary>What people do with their pictures and jobs from morning to evening, on whatever keeps rows and bytes (law 10); on a desk over one store and on a phone over the other.</summary>
public abstract class DayTests(Room room, Chromium chromium)
{
    const int Dropped = 20;

    Server Server => room.Server;

    [SkippableFact]
    public async Task Twenty_dropped_photos_are_watched_until_they_are_done_found_again_and_one_is_looked_at_closely()
    {
        await using var watcher = await Watcher.SignIn(chromium, Server, phone: room.IsPhone);
        var (page, name) = (watcher.Page, $"holiday {Guid.NewGuid():N}");
        await watcher.Open("/develop?pipeline=grayscale");
        await Files.Drop(page, [.. Enumerable.Range(0, Dropped).Select(i => ($"{name} {i}.png", Drawn.New(64, 48)))]);
        await Expect(page.Locator(".sheet-row.is-sent")).ToHaveCountAsync(Dropped);
        await watcher.Sees("Costs nothing");
        await page.Locator("[data-go-develop]").ClickAsync();
        await watcher.IsAt("/batches/[^/]+");
        await Expect(page.Locator(".state.completed")).ToHaveCountAsync(Dropped);

        await watcher.Open($"/jobs?search={Uri.EscapeDataString(name)}");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(Dropped);
        await watcher.Open($"/gallery?search={Uri.EscapeDataString(name)}");
        await Expect(page.Locator("#grid > li")).ToHaveCountAsync(Dropped);
        var picture = page.Locator("#grid > li img").First;
        await Expect(picture).ToHaveJSPropertyAsync("complete", true);
        (await picture.EvaluateAsync<int>("image => image.naturalWidth")).ShouldBeGreaterThan(0);

        // Newest first: one of these.
        await watcher.Open("/gallery?kind=developed");
        await page.Locator("#grid > li a").First.ClickAsync();
        await watcher.IsAt("/gallery/[^/?]+");
        await LookClosely(page);
    }

    [SkippableFact]
    public async Task A_job_is_watched_until_it_is_done_without_loading_the_page_again()
    {
        await using var watcher = await Watcher.SignIn(chromium, Server, phone: room.IsPhone);
        (await watcher.IsTheSamePage()).ShouldBeFalse();

        var id = (await Server.Door.Submit(NumberedJobs.Image(1), new Dictionary<string, string> { ["pipeline"] = "grayscale", ["fresh"] = "true" })).Id();
        var print = watcher.Page.Locator($"#fresh-{Guid.Parse(id):N} .printed");
        await Expect(print).ToBeVisibleAsync();
        (await watcher.IsTheSamePage()).ShouldBeTrue();

        await print.ClickAsync();
        await watcher.IsAt("/(jobs|gallery)/[^/]+");
        var edge = watcher.Page.GetByLabel("Edge between before and after");
        await edge.FocusAsync();
        await watcher.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(edge).ToHaveValueAsync("51");
        await Expect(watcher.Page.Locator(".compare")).ToHaveAttributeAsync("style", new Regex("--edge: ?51%"));
    }

    [SkippableFact]
    public async Task A_failed_job_says_why_and_what_to_do_and_completes_when_it_is_retried()
    {
        var door = Server.Door;
        room.Fakes.Gemini.Meet(Trouble.Refusal);
        var id = (await door.Submit(NumberedJobs.Image(2), new Dictionary<string, string> { ["steps"] = """[{"op": "restyle", "prompt": "a chair", "size": "512"}]""" })).Id();
        await Server.JobBecomes(id, "failed");
        await using var watcher = await Watcher.SignIn(chromium, Server, phone: room.IsPhone);
        await watcher.Page.Locator($"#failed-{Guid.Parse(id):N} a").ClickAsync();
        await watcher.IsAt($"/jobs/{id}");
        await watcher.Sees("refuses to paint this");
        await watcher.IsTheSamePage();
        await watcher.Press("Retry");
        await Expect(watcher.Page.Locator("#job-head .state")).ToHaveTextAsync("Completed");
        await Expect(watcher.Page.GetByLabel("Edge between before and after")).ToBeVisibleAsync();
        (await watcher.IsTheSamePage()).ShouldBeTrue();
    }

    [SkippableFact]
    public async Task Spanish_and_light_are_chosen_and_remembered_and_the_keys_are_told()
    {
        await using var watcher = await Watcher.SignIn(chromium, Server, phone: room.IsPhone);
        await watcher.Page.Keyboard.PressAsync("?");
        await watcher.Sees("Next, previous in a list");
        await watcher.Page.Keyboard.PressAsync("Escape");
        await watcher.Page.Locator(".viewer summary").ClickAsync();
        await watcher.Press("Español");
        await watcher.Sees("Trabajos por minuto");
        await watcher.Page.Locator(".viewer summary").ClickAsync();
        await watcher.Press("Claro");
        await Expect(watcher.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        await watcher.Sees("Trabajos por minuto");
        await watcher.Open("/queues");
        (await watcher.Page.EvaluateAsync<string>("() => document.documentElement.lang + ' ' + getComputedStyle(document.documentElement).colorScheme")).ShouldBe("es light");
        await watcher.Page.Locator(".change summary").First.ClickAsync();
        await watcher.Page.Locator("[name=concurrency]").First.FillAsync("0");
        await watcher.Press("Guardar");
        await Expect(watcher.Page.Locator("#told")).ToHaveTextAsync("«concurrency» debe ser como mínimo 1.");
    }

    static async Task LookClosely(IPage page)
    {
        var edge = page.GetByLabel("Edge between before and after");
        await edge.FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(edge).ToHaveValueAsync("51");
        await Drag(page);
        await Expect(edge).ToHaveValueAsync(new Regex("^(1[5-9]|2[0-9]|3[0-5])([.][0-9]+)?$"));

        var field = page.Locator(".stage .field");
        await field.FocusAsync();
        await page.Keyboard.PressAsync("+");
        await Expect(page.Locator("[data-scale]")).ToHaveTextAsync("150 %");
        await page.Keyboard.PressAsync("0");
        await Expect(page.Locator("[data-scale]")).ToHaveTextAsync("100 %");
        await page.GetByLabel("Light ground").ClickAsync();
        await Expect(field).ToHaveAttributeAsync("data-ground", "light");
    }

    static async Task Drag(IPage page)
    {
        var (handle, field) = ((await page.Locator(".stage .edge").BoundingBoxAsync())!, (await page.Locator(".stage .field").BoundingBoxAsync())!);
        var y = handle.Y + handle.Height / 2;
        await page.Mouse.MoveAsync(handle.X + handle.Width / 2, y);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(field.X + field.Width / 4, y, new MouseMoveOptions { Steps = 5 });
        await page.Mouse.UpAsync();
    }
}

/// <summary>The day with rows and bytes in the data folder.</summary>
[Collection(nameof(EmbeddedRoom))]
public sealed class EmbeddedDayTests(EmbeddedRoom room, Chromium chromium) : DayTests(room, chromium);

/// <summary>The day with rows in PostgreSQL and bytes on S3.</summary>
[Collection(nameof(FleetRoom))]
public sealed class FleetDayTests(FleetRoom room, Chromium chromium) : DayTests(room, chromium);
