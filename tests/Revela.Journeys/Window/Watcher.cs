using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace Revela.Journeys.Window;

/// <summary>Somebody who looks at the dashboard of a server, and notes whatever the browser complains of.</summary>
sealed class Watcher : IAsyncDisposable
{
    // More than any page has to be gone through.
    const int MostTabs = 400;

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

    /// <summary>Before the door, not signed in.</summary>
    public static async Task<Watcher> Arrive(Chromium chromium, Server server)
    {
        var watcher = new Watcher(await chromium.NewPage(server.Url));
        await watcher.Page.GotoAsync("/");
        return watcher;
    }

    /// <summary>Of the first administrator.</summary>
    public static async Task<string> Password(Server server) => (await File.ReadAllTextAsync(Path.Combine(server.Data, "admin.password"))).Trim();

    /// <summary>Signed in as the first administrator, with the first page open.</summary>
    public static async Task<Watcher> SignIn(Chromium chromium, Server server, ColorScheme colours = ColorScheme.Dark, bool phone = false) =>
        await SignIn(await chromium.NewPage(server.Url, colours, phone), "admin@localhost", await Password(server));

    /// <summary>Signed in as somebody who is here for the first time and may submit, with the first page open: nobody has told them anything yet.</summary>
    public static async Task<Watcher> SignInAsNew(Chromium chromium, Server server, bool phone)
    {
        var (email, password) = ($"{Guid.NewGuid():N}@example.com", $"{Guid.NewGuid():N}");
        await server.Door.Post("/api/v1/users", new JsonObject { ["email"] = email, ["password"] = password, ["role"] = "submitter" });
        return await SignIn(await chromium.NewPage(server.Url, phone: phone), email, password);
    }

    static async Task<Watcher> SignIn(IPage page, string email, string password)
    {
        var watcher = new Watcher(page);
        await page.GotoAsync("/");
        await page.GetByLabel("Email").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await watcher.IsAt("/");
        await watcher.Sees("Jobs a minute");
        return watcher;
    }

    public Task Open(string path) => Page.GotoAsync(path);

    /// <summary>Waits until the page at this path is open with its scripts. It looks, rather than wait to be told: a page that came quickly was told of before.</summary>
    /// <param name="path">A regular expression.</param>
    public async Task IsAt(string path)
    {
        await Expect(Page).ToHaveURLAsync(new Regex($"{path}$"));
        await HasScripts();
    }

    // Until then a key does nothing, and a form is sent without a question.
    Task HasScripts() => Page.WaitForFunctionAsync("() => document.readyState === 'complete'");

    /// <summary>Waits until this stands on a page that is open with its scripts.</summary>
    public async Task Sees(string text)
    {
        await Expect(Page.GetByText(text).First).ToBeVisibleAsync();
        await HasScripts();
    }

    public Task Press(string button) => Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).First.ClickAsync();

    /// <summary>Presses keys, one after the other.</summary>
    public async Task Keys(params string[] keys)
    {
        foreach (var key in keys) await Page.Keyboard.PressAsync(key);
    }

    /// <summary>Goes on by Tab until this has the focus, as somebody without a mouse does.</summary>
    public async Task TabTo(ILocator target)
    {
        await Expect(target).ToBeVisibleAsync();
        for (var step = 0; step < MostTabs; step++)
        {
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement")) return;
            await Keys("Tab");
        }
        throw new ShouldAssertException($"{target} cannot be reached by Tab.");
    }

    /// <summary>Goes down a list by the arrow until it is so.</summary>
    public async Task DownUntil(Func<Task<bool>> isSo)
    {
        for (var step = 0; !await isSo(); step++)
        {
            if (step == MostTabs) throw new ShouldAssertException("What was wanted is not in the list.");
            await Keys("ArrowDown");
        }
    }

    /// <summary>Goes to a button by Tab and presses it.</summary>
    public async Task PressByKey(string button)
    {
        var wanted = Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).First;
        await TabTo(wanted);
        await wanted.PressAsync("Enter");
    }

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
