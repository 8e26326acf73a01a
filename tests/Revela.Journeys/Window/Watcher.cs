using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace Revela.Journeys.Window;

/// <summary>Somebody who looks at the dashboard of a server, and notes whatever the browser complains of.</summary>
sealed class Watcher : IAsyncDisposable
{
    readonly List<string> complaints = [];

    Watcher(IPage page)
    {
        Page = page;
        page.PageError += (_, error) => complaints.Add(error);
        page.Console += (_, said) =>
        {
            // A server that is away is told of as a failed request; everything else is the page's own fault.
            if (said.Type == "error" && !said.Text.Contains("net::ERR_", StringComparison.Ordinal) && !said.Text.Contains("the server responded with a status", StringComparison.Ordinal)) complaints.Add(said.Text);
        };
        page.Dialog += (_, dialog) => complaints.Add($"a dialog: {dialog.Message}");
    }

    public IPage Page { get; }

    /// <summary>At the pages of any origin, with none open yet.</summary>
    public static async Task<Watcher> Come(Chromium chromium, Uri site, bool phone = false) => new(await chromium.NewPage(site, phone: phone));

    /// <summary>Signed in as the first administrator, with the first page open.</summary>
    public static async Task<Watcher> SignIn(Chromium chromium, Server server, ColorScheme colours = ColorScheme.Dark, bool phone = false)
    {
        var watcher = new Watcher(await chromium.NewPage(server.Url, colours, phone));
        await watcher.Page.GotoAsync("/");
        await watcher.Page.GetByLabel("Email").FillAsync("admin@localhost");
        await watcher.Page.GetByLabel("Password").FillAsync((await File.ReadAllTextAsync(Path.Combine(server.Data, "admin.password"))).Trim());
        await watcher.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await watcher.Sees("Jobs a minute");
        return watcher;
    }

    public Task Open(string path) => Page.GotoAsync(path);

    public Task Sees(string text) => Expect(Page.GetByText(text).First).ToBeVisibleAsync();

    public Task Press(string button) => Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).First.ClickAsync();

    /// <summary>Whether the page was not loaded anew since this was asked last; false when it is asked first.</summary>
    public async Task<bool> IsTheSamePage()
    {
        var known = await Page.EvaluateAsync<bool>("() => window.seenBefore === true");
        await Page.EvaluateAsync("() => { window.seenBefore = true; }");
        return known;
    }

    public async ValueTask DisposeAsync()
    {
        await Page.Context.CloseAsync();
        complaints.ShouldBeEmpty();
    }
}
