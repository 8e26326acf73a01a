using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Revela.Journeys.Window;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;
using Drawn = Revela.Tests.App.Pictures;

namespace Revela.Journeys;

/// <summary>What people do at the dashboard, much of it by keyboard alone, on whatever keeps its rows and bytes (law 10).</summary>
public abstract class WindowTests(Room room, Chromium chromium)
{
    Server Server => room.Server;

    [SkippableFact]
    public async Task Everything_is_done_by_keyboard_alone()
    {
        await using var watcher = await Watcher.Arrive(chromium, Server);
        await SignIn(watcher);
        await watcher.Keys("?");
        await watcher.Sees("Next, previous in a list");
        await watcher.Keys("Escape");
        await Expect(watcher.Page.Locator("#keys")).ToBeHiddenAsync();

        await Develop(watcher);
        await CancelAndRetry(watcher);
        await PauseAndResume(watcher);
        await ChangeTheLightAndLeave(watcher);
    }

    [SkippableFact]
    public async Task A_pipeline_is_put_together_by_keyboard_tried_and_saved()
    {
        await Server.Door.Submit(Drawn.New(300, 200), new Dictionary<string, string> { ["pipeline"] = "inspect" });
        await using var watcher = await Watcher.SignIn(chromium, Server);
        await watcher.Open("/pipelines/new");
        var yaml = watcher.Page.Locator("#yaml");
        await watcher.TabTo(watcher.Page.GetByLabel("Name", new() { Exact = true }));
        await watcher.Keys("Control+a");
        await watcher.Page.Keyboard.TypeAsync("window");
        await AddStep(watcher, "resize");
        await watcher.TabTo(watcher.Page.Locator("[name='step-0-width']"));
        await watcher.Page.Keyboard.TypeAsync("64");
        await watcher.Keys("Tab");
        await Expect(yaml).ToHaveValueAsync("window:\n  steps:\n    - { op: resize, width: 64 }\n");
        await AddStep(watcher, "strip");
        await Expect(watcher.Page.Locator(".step-card h3").Nth(1)).ToBeFocusedAsync();
        await watcher.Keys("Alt+ArrowUp");
        await Expect(yaml).ToHaveValueAsync("window:\n  steps:\n    - strip\n    - { op: resize, width: 64 }\n");

        await watcher.TabTo(yaml);
        await watcher.Page.Keyboard.InsertTextAsync("  colour: red\n");
        await Expect(watcher.Page.Locator("#mistakes a")).ToHaveTextAsync(new Regex("^Line [0-9]+:$"));
        await watcher.Keys("Control+z");
        await watcher.Sees("No mistakes.");
        await watcher.IsTheSamePage();
        await watcher.PressByKey("Try it on this picture");
        await Expect(watcher.Page.Locator("#try .compare")).ToBeVisibleAsync();
        (await watcher.IsTheSamePage()).ShouldBeTrue();
        await watcher.PressByKey("Save");
        await watcher.Sees("window holds from now on.");
        await watcher.Open("/pipelines/window");
        await watcher.PressByKey("Delete");
        await IsSure(watcher);
        await watcher.Sees("window is gone.");
    }

    [SkippableFact]
    public async Task A_worker_drains_and_a_budget_is_made_and_taken_away()
    {
        await using var watcher = await Watcher.SignIn(chromium, Server);
        await watcher.Open("/workers");
        await watcher.Page.GetByRole(AriaRole.Button, new() { Name = "Drain" }).ClickAsync();
        await watcher.Page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Drain" }).ClickAsync();
        await Expect(watcher.Page.Locator(".worker .state")).ToHaveTextAsync("Drained");
        var id = (await Server.Door.Submit(Drawn.New(), new Dictionary<string, string> { ["pipeline"] = "grayscale" })).Id();
        await watcher.Page.GetByRole(AriaRole.Button, new() { Name = "Give it jobs again" }).ClickAsync();
        await Server.JobBecomes(id, "completed");

        await watcher.Open("/costs");
        await watcher.Page.Locator("#add-budget").EvaluateAsync("details => { details.open = true; }");
        var form = watcher.Page.Locator("#add-budget form");
        await form.GetByLabel("Name").FillAsync("all-day");
        await form.GetByLabel("Dollars").FillAsync("2.5");
        await form.GetByRole(AriaRole.Button).ClickAsync();
        await watcher.Sees("The budget all-day holds now.");
        var budget = watcher.Page.Locator("#budget-all-day");
        await Expect(budget).ToContainTextAsync("of $2.50");
        await budget.Locator("summary").ClickAsync();
        await budget.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await watcher.Page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(budget).ToHaveCountAsync(0);
    }

    async Task SignIn(Watcher watcher)
    {
        await Expect(watcher.Page.GetByLabel("Email")).ToBeFocusedAsync();
        await watcher.Page.Keyboard.TypeAsync("admin@localhost");
        await watcher.Keys("Tab");
        await watcher.Page.Keyboard.TypeAsync(await Watcher.Password(Server));
        await watcher.Keys("Enter");
        await watcher.IsAt("/");
        await watcher.Sees("Jobs a minute");
    }

    static async Task Develop(Watcher watcher)
    {
        await watcher.Keys("g", "d");
        await watcher.IsAt("/develop");
        var files = watcher.Page.Locator("input[type=file]");
        await watcher.TabTo(files);
        // The window that opens there, or not, is the browser's own.
        await files.SetInputFilesAsync(new FilePayload { Name = "by key.png", MimeType = "image/png", Buffer = Drawn.New(64, 48) });
        await Expect(watcher.Page.Locator(".sheet-row.is-sent")).ToHaveCountAsync(1);
        await watcher.TabTo(watcher.Page.Locator("input[name=pipeline]:checked"));
        await watcher.DownUntil(() => watcher.Page.Locator("input[name=pipeline][value=grayscale]").IsCheckedAsync());
        await watcher.PressByKey("Develop");
        await watcher.IsAt("/jobs/[^/]+");
        await Expect(watcher.Page.Locator("#job-head .state")).ToHaveTextAsync("Completed");
        var edge = watcher.Page.GetByLabel("Edge between before and after");
        await watcher.TabTo(edge);
        await watcher.Keys("ArrowRight");
        await Expect(edge).ToHaveValueAsync("51");
    }

    async Task CancelAndRetry(Watcher watcher)
    {
        // Longer than anybody waits: it ends when it is cancelled.
        var id = (await Server.Door.Submit(Drawn.New(), new Dictionary<string, string> { ["steps"] = """[{"op": "pause", "seconds": 300}]""" })).Id();
        await Server.JobBecomes(id, "processing");
        await watcher.Keys("g", "j");
        await watcher.IsAt("/jobs");
        await watcher.Keys("j");
        var row = watcher.Page.Locator("[data-row]").First;
        await Expect(row).ToBeFocusedAsync();
        await row.PressAsync("Enter");
        await watcher.IsAt($"/jobs/{id}");
        var state = watcher.Page.Locator("#job-head .state");
        await watcher.PressByKey("Cancel");
        await IsSure(watcher);
        await Expect(state).ToHaveTextAsync("Cancelled");
        await watcher.PressByKey("Retry");
        await Expect(state).ToHaveTextAsync("Running");
        await Server.Door.Post($"/api/v1/jobs/{id}/cancel");
    }

    // The way back has the focus at first.
    static async Task IsSure(Watcher watcher)
    {
        await Expect(watcher.Page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Back" })).ToBeFocusedAsync();
        await watcher.Keys("Tab", "Enter");
    }

    static async Task PauseAndResume(Watcher watcher)
    {
        await watcher.Keys("g", "q");
        await watcher.IsAt("/queues");
        await watcher.PressByKey("Pause default");
        var resume = watcher.Page.GetByRole(AriaRole.Button, new() { Name = "Resume default", Exact = true });
        await Expect(resume).ToBeFocusedAsync();
        await resume.PressAsync("Enter");
        await Expect(watcher.Page.GetByRole(AriaRole.Button, new() { Name = "Pause default", Exact = true })).ToBeFocusedAsync();
    }

    static async Task ChangeTheLightAndLeave(Watcher watcher)
    {
        var menu = watcher.Page.Locator(".viewer");
        await watcher.TabTo(menu.Locator("summary"));
        await watcher.Keys("Enter");
        await Expect(menu).ToHaveAttributeAsync("open", "");
        await watcher.Keys("Escape");
        await Expect(menu).Not.ToHaveAttributeAsync("open", "");
        await Expect(menu.Locator("summary")).ToBeFocusedAsync();
        await watcher.Keys("Enter");
        await watcher.PressByKey("Light");
        await Expect(watcher.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        await watcher.TabTo(menu.Locator("summary"));
        await watcher.Keys("Enter");
        await watcher.PressByKey("Sign out");
        await Expect(watcher.Page.GetByLabel("Email")).ToBeVisibleAsync();
    }

    static async Task AddStep(Watcher watcher, string operation)
    {
        // Not by its letters: typed too slowly, each would begin anew.
        var choice = watcher.Page.Locator("select[name=op]");
        await watcher.TabTo(choice);
        await watcher.Keys("Home");
        await watcher.DownUntil(async () => await choice.InputValueAsync() == operation);
        await watcher.PressByKey("Add step");
        await Expect(watcher.Page.Locator(".step-card code").Filter(new() { HasText = operation })).ToBeVisibleAsync();
    }
}

/// <summary>The journeys with rows and bytes in the data folder.</summary>
[Collection(nameof(EmbeddedRoom))]
public sealed class EmbeddedWindowTests(EmbeddedRoom room, Chromium chromium) : WindowTests(room, chromium);

/// <summary>The journeys with rows in PostgreSQL and bytes on S3.</summary>
[Collection(nameof(FleetRoom))]
public sealed class FleetWindowTests(FleetRoom room, Chromium chromium) : WindowTests(room, chromium);
