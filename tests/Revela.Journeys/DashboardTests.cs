using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Revela.Journeys.Pictures;
using Revela.Journeys.Window;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;
using Drawn = Revela.Tests.App.Pictures;

namespace Revela.Journeys;

/// <summary>What the dashboard bears: work that goes on, typing while it moves, restarts, hostile words; in a real browser against the real program.</summary>
[Collection(nameof(EmbeddedRoom))]
public sealed class DashboardTests(EmbeddedRoom room, Chromium chromium)
{
    // Seconds that nobody waits for: the job ends when it is cancelled.
    const string LongWork = """{"steps": [{"op": "pause", "seconds": 300}]}""";

    Server Server => room.Server;

    [SkippableFact]
    public async Task A_running_job_moves_by_itself_is_cancelled_and_goes_on_when_it_is_retried()
    {
        var id = (await Server.Door.Submit(Drawn.Disc(), Steps(LongWork))).Id();
        await using var watcher = await Watcher.SignIn(chromium, Server);
        await watcher.Open($"/jobs/{id}");
        await Expect(watcher.Page.Locator("#job-head .state")).ToHaveTextAsync("Running");
        await watcher.IsTheSamePage();

        await watcher.Press("Cancel");
        await watcher.Page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(watcher.Page.Locator("#job-head .state")).ToHaveTextAsync("Cancelled");
        await watcher.Press("Retry");
        await Expect(watcher.Page.Locator("#job-head .state")).ToHaveTextAsync("Running");
        (await watcher.IsTheSamePage()).ShouldBeTrue();
        await Server.Door.Post($"/api/v1/jobs/{id}/cancel");
    }

    [SkippableFact]
    public async Task A_queue_is_paused_and_what_was_typed_meanwhile_stays()
    {
        await Server.Door.Submit(NumberedJobs.Image(1), Fields("grayscale"));
        await using var watcher = await Watcher.SignIn(chromium, Server);
        await watcher.Page.Keyboard.PressAsync("g");
        await watcher.Page.Keyboard.PressAsync("q");
        await watcher.IsAt("/queues");
        await watcher.Press("Pause default");
        await watcher.Sees("default is paused");

        var queue = watcher.Page.Locator("#queue-default");
        await queue.GetByText("Limits and cleaning").ClickAsync();
        var field = queue.GetByLabel("At a time, each worker");
        await field.FillAsync("7");
        await Server.Door.Submit(NumberedJobs.Image(2), Fields("grayscale"));
        await Expect(queue.Locator(".counts dd").First).ToHaveTextAsync("1");
        await Expect(field).ToHaveValueAsync("7");
        await Expect(field).ToBeFocusedAsync();
        await watcher.Press("Save");
        await watcher.Sees("7 per worker");

        await watcher.Press("Resume default");
        await Expect(queue.Locator(".counts dd").First).ToHaveTextAsync("0");
        await Server.Door.Patch("/api/v1/queues/default", new JsonObject { ["concurrency"] = null });
    }

    [SkippableFact]
    public async Task A_restart_of_the_server_is_told_and_survived()
    {
        await using var server = await Server.Started();
        await using var watcher = await Watcher.SignIn(chromium, server);
        await watcher.Sees("Nothing was developed yet");
        await watcher.IsTheSamePage();
        await watcher.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Find jobs" }).FillAsync("half a word");
        await server.Stop();
        await watcher.Sees("Connection lost");
        await server.Start();
        await Expect(watcher.Page.GetByText("Connection lost")).ToBeHiddenAsync();
        await server.Door.Submit(NumberedJobs.Image(1), Fields("grayscale"));
        await Expect(watcher.Page.Locator("#fresh .printed")).ToHaveCountAsync(1);
        await Expect(watcher.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Find jobs" })).ToHaveValueAsync("half a word");
        (await watcher.IsTheSamePage()).ShouldBeTrue();
    }

    [SkippableFact]
    public async Task Hostile_names_and_metadata_stay_text()
    {
        const string hostile = "\"><img src=x onerror=alert(1)><script>alert(2)</script>";
        var fields = Fields("grayscale");
        fields["metadata"] = new JsonObject { [hostile] = hostile }.ToJsonString();
        fields["tags"] = "<script>alert(3)</script>";
        var id = (await Server.Door.Submit(Drawn.Disc(), fields)).Id();
        await Server.JobBecomes(id, "completed");
        await using var watcher = await Watcher.SignIn(chromium, Server);
        foreach (var path in (string[])["/", "/jobs", $"/jobs/{id}", $"/jobs?search={Uri.EscapeDataString(hostile)}", $"/sign-in?then={Uri.EscapeDataString(hostile)}"])
        {
            await watcher.Open(path);
            // One that ran would show a dialog, which is a complaint.
            (await watcher.Page.Locator("img[src='x'], script:not([src])").CountAsync()).ShouldBe(0, path);
        }
    }

    static Dictionary<string, string> Fields(string pipeline) => new() { ["pipeline"] = pipeline, ["fresh"] = "true" };

    static Dictionary<string, string> Steps(string pipeline) => new() { ["steps"] = JsonNode.Parse(pipeline)!["steps"]!.ToJsonString() };
}
