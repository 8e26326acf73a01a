using Microsoft.Playwright;
using Xunit;

namespace Revela.Journeys.Window;

/// <summary>One real browser for all journeys through the dashboard: the system's Chromium; each journey has a context of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    const string Program = "/usr/bin/chromium";

    /// <summary>For anything that must happen, on a machine that has other things to do.</summary>
    const float PatienceMs = 180_000;

    // Nothing but the server under test is asked for anything.
    static readonly string[] Flags =
        ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"];

    IPlaywright? playwright;
    IBrowser? browser;

    public static string? Missing => File.Exists(Program) ? null : "chromium";

    public async Task InitializeAsync()
    {
        if (Missing is not null) return;
        Assertions.SetDefaultExpectTimeout(PatienceMs);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, Args = Flags, Timeout = PatienceMs });
    }

    /// <summary>Skips the test where there is no browser.</summary>
    public async Task<IPage> NewPage(Uri server, ColorScheme colours = ColorScheme.Dark, bool phone = false)
    {
        Skip.If(browser is null, $"{Missing} is not installed.");
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = server.GetLeftPart(UriPartial.Authority),
            ColorScheme = colours,
            Locale = "en-GB",
            TimezoneId = "America/Bogota",
            ViewportSize = phone ? new ViewportSize { Width = 390, Height = 844 } : new ViewportSize { Width = 1360, Height = 900 },
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(PatienceMs);
        context.SetDefaultNavigationTimeout(PatienceMs);
        return await context.NewPageAsync();
    }

    public async Task DisposeAsync()
    {
        if (browser is not null) await browser.CloseAsync();
        playwright?.Dispose();
    }
}
