using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Revela.Journeys.Pictures;
using Revela.Journeys.Window;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;
using Drawn = Revela.Tests.App.Pictures;

namespace Revela.Journeys;

/// <summary>A day at the dashboard, in a real browser against the real program.</summary>
public sealed class DashboardTests(Chromium chromium) : IClassFixture<Chromium>
{
    // Seconds that nobody waits for: the job ends when it is cancelled.
    const string LongWork = """{"steps": [{"op": "pause", "seconds": 300}]}""";

    [SkippableTheory, InlineData(false), InlineData(true)]
    public async Task A_job_is_watched_until_it_is_done_without_loading_the_page_again(bool phone)
    {
        await using var server = await Server.Started();
        await using var watcher = await Watcher.SignIn(chromium, server, phone: phone);
        await watcher.Sees("Nothing was developed yet");
        (await watcher.IsTheSamePage()).ShouldBeFalse();

        await server.Door.Submit(NumberedJobs.Image(1), Fields("grayscale"));
        await Expect(watcher.Page.Locator("#fresh .printed")).ToHaveCountAsync(1);
        (await watcher.IsTheSamePage()).ShouldBeTrue();

        await watcher.Page.Locator("#fresh .printed").ClickAsync();
        var edge = watcher.Page.GetByLabel("Edge between before and after");
        await edge.FocusAsync();
        await watcher.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(edge).ToHaveValueAsync("51");
        (await watcher.Page.Locator(".compare").EvaluateAsync<string>("frame => frame.style.getPropertyValue('--edge')")).ShouldBe("51%");
    }

    [SkippableFact]
    public async Task A_running_job_moves_by_itself_is_cancelled_and_goes_on_when_it_is_retried()
    {
        await using var server = await Server.Started();
        var id = (await server.Door.Submit(Drawn.Disc(), Steps(LongWork))).Id();
        await using var watcher = await Watcher.SignIn(chromium, server);
        await watcher.Open($"/jobs/{id}");
        await Expect(watcher.Page.Locator("#job-head .state")).ToHaveTextAsync("Running");
        await watcher.IsTheSamePage();

        await watcher.Press("Cancel");
        await watcher.Page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(watcher.Page.Locator("#job-head .state")).ToHaveTextAsync("Cancelled");
        await watcher.Press("Retry");
        await Expect(watcher.Page.Locator("#job-head .state")).ToHaveTextAsync("Running");
        (await watcher.IsTheSamePage()).ShouldBeTrue();
        await server.Door.Post($"/api/v1/jobs/{id}/cancel");
    }

    [SkippableFact]
    public async Task A_queue_is_paused_and_what_was_typed_meanwhile_stays()
    {
        await using var server = await Server.Started();
        await server.Door.Submit(NumberedJobs.Image(1), Fields("grayscale"));
        await using var watcher = await Watcher.SignIn(chromium, server);
        await watcher.Page.Keyboard.PressAsync("g");
        await watcher.Page.Keyboard.PressAsync("q");
        await watcher.Press("Pause default");
        await watcher.Sees("default is paused");

        var queue = watcher.Page.Locator("#queue-default");
        await queue.GetByText("Limits and cleaning").ClickAsync();
        var field = queue.GetByLabel("At a time, each worker");
        await field.FillAsync("7");
        await server.Door.Submit(NumberedJobs.Image(2), Fields("grayscale"));
        await Expect(queue.Locator(".counts dd").First).ToHaveTextAsync("1");
        await Expect(field).ToHaveValueAsync("7");
        await Expect(field).ToBeFocusedAsync();
        await watcher.Press("Save");
        await watcher.Sees("7 per worker");

        await watcher.Press("Resume default");
        await Expect(queue.Locator(".counts dd").First).ToHaveTextAsync("0");
    }

    [SkippableFact]
    public async Task A_restart_of_the_server_is_told_and_survived()
    {
        await using var server = await Server.Started();
        await using var watcher = await Watcher.SignIn(chromium, server);
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
    public async Task A_notification_rings_the_bell_and_is_read()
    {
        await using var server = await Server.Started();
        await using var watcher = await Watcher.SignIn(chromium, server);
        // The gallery's own page sends such a form with the person's session; who asked is told.
        var image = (await Posted(watcher.Page, "/images/"))["image"]!;
        await Posted(watcher.Page, $"/images/{image.Text("uuid")}/remove-bg/");
        await Expect(watcher.Page.Locator("#bell .count")).ToHaveTextAsync("1");
        await watcher.Page.Locator("#bell a").ClickAsync();
        await watcher.Sees("Background removed");
        await watcher.Page.GetByRole(AriaRole.Button, new() { Name = "Read Background removed" }).ClickAsync();
        await Expect(watcher.Page.Locator("#bell .count")).ToHaveCountAsync(0);
    }

    [SkippableFact]
    public async Task Spanish_and_light_are_chosen_and_remembered_and_the_keys_are_told()
    {
        await using var server = await Server.Started();
        await using var watcher = await Watcher.SignIn(chromium, server);
        await watcher.Page.Keyboard.PressAsync("?");
        await watcher.Sees("Next, previous in a list");
        await watcher.Page.Keyboard.PressAsync("Escape");
        await watcher.Page.Locator(".viewer summary").ClickAsync();
        await watcher.Press("Español");
        await watcher.Sees("Trabajos por minuto");
        await watcher.Page.Locator(".viewer summary").ClickAsync();
        await watcher.Press("Claro");
        await watcher.Sees("Trabajos por minuto");
        await watcher.Open("/queues");
        (await watcher.Page.EvaluateAsync<string>("() => document.documentElement.lang + ' ' + getComputedStyle(document.documentElement).colorScheme")).ShouldBe("es light");
    }

    [SkippableFact]
    public async Task Hostile_names_and_metadata_stay_text()
    {
        await using var server = await Server.Started();
        const string hostile = "\"><img src=x onerror=alert(1)><script>alert(2)</script>";
        var fields = Fields("grayscale");
        fields["metadata"] = new JsonObject { [hostile] = hostile }.ToJsonString();
        fields["tags"] = "<script>alert(3)</script>";
        var id = (await server.Door.Submit(Drawn.Disc(), fields)).Id();
        await server.JobBecomes(id, "completed");
        await using var watcher = await Watcher.SignIn(chromium, server);
        foreach (var path in (string[])["/", "/jobs", $"/jobs/{id}", $"/jobs?search={Uri.EscapeDataString(hostile)}", $"/sign-in?then={Uri.EscapeDataString(hostile)}"])
        {
            await watcher.Open(path);
            // One that ran would show a dialog, which is a complaint.
            (await watcher.Page.Locator("img[src='x'], script:not([src])").CountAsync()).ShouldBe(0, path);
        }
    }

    static Dictionary<string, string> Fields(string pipeline) => new() { ["pipeline"] = pipeline };

    static Dictionary<string, string> Steps(string pipeline) => new() { ["steps"] = JsonNode.Parse(pipeline)!["steps"]!.ToJsonString() };

    // As a page of the gallery does, with the cookie that the browser has.
    static async Task<JsonNode> Posted(IPage page, string address)
    {
        var answer = await page.EvaluateAsync<string>(
            """
            async ([address, bytes]) => {
              const form = new FormData();
              form.set('title', 'Disc');
              form.set('image', new File([Uint8Array.from(bytes)], 'disc.png', { type: 'image/png' }));
              return await (await fetch(address, { method: 'POST', body: form })).text();
            }
            """,
            new object[] { address, Drawn.Disc().Select(value => (int)value).ToArray() });
        return JsonNode.Parse(answer)!;
    }
}
