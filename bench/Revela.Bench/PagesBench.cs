using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Revela.Bench.Outside;
using Revela.Services;
using Revela.Storage;
using Revela.Storage.Objects.Files;
using Revela.Storage.Postgres;

namespace Revela.Bench;

/// <summary>The dashboard with 50,000 pictures and 100,000 jobs behind it, on either store: how long a page takes to its last byte, and the grid until its end.</summary>
static partial class PagesBench
{
    /// <summary>A page is painted when its HTML and styles are there; pictures follow.</summary>
    const double MostMs = 1000;
    const int GridPages = 50;

    static readonly string[] Pages =
    [
        "/", "/develop", "/gallery", "/gallery?kind=developed", "/gallery?colour=blue", "/gallery?colour=purple", "/gallery?search=photo-00042", "/gallery?search=nothing-like-it", "/jobs", "/jobs?state=failed", "/jobs?state=pending",
        "/jobs?state=parked&reason=budget", "/jobs?search=photo-24999", "/jobs?search=nothing-like-it", "/jobs?tag=shoot-7", "/jobs/retry?state=failed", "/jobs/quarantine", "/batches", "/pipelines", "/queues",
        "/workers", "/costs", "/notifications", "/webhooks", "/audit", "/people", "/keys", "/settings",
    ];

    public static async Task Run(Report report)
    {
        var folder = Path.Combine(Repository.Artifacts, "bench", $"pages-{Environment.ProcessId}");
        try
        {
            await OnEmbedded(report, Path.Combine(folder, "embedded"));
            await OnPostgres(report, Path.Combine(folder, "postgres"));
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    static async Task OnEmbedded(Report report, string data)
    {
        await using (var store = await EmbeddedStore.Open(data, TimeProvider.System, null, default)) await Crowd.Fill(store);
        await Measure(report, "SQLite", data, []);
    }

    static async Task OnPostgres(Report report, string data)
    {
        await using var service = await PostgresService.Start() ?? throw new InvalidOperationException("PostgreSQL is not installed.");
        var connection = service.ConnectionString(await service.CreateDatabase());
        await using (var store = await PostgresStore.Open(connection, new FilesObjectStore(data, TimeProvider.System), TimeProvider.System, null, default)) await Crowd.Fill(store);
        await Measure(report, "PostgreSQL", data, new() { ["REVELA_STORE_POSTGRES"] = connection });
    }

    static async Task Measure(Report report, string store, string data, Dictionary<string, string> environment)
    {
        environment["REVELA_WORKER_ENABLED"] = "false";
        var url = RevelaProcess.FreeAddress();
        await using var server = RevelaProcess.Serve(data, [url], environment);
        if (!await server.IsReady(url, TimeSpan.FromMinutes(1))) throw new InvalidOperationException($"The server ended at its start:\n{server.Log}");
        using var door = Door.Of(url, data);
        door.Http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        foreach (var page in Pages)
        {
            await Load(door, page);
            var times = new List<double>();
            for (var run = 0; run < report.Runs; run++) times.Add((await Load(door, page)).Ms);
            report.Add($"{store}: {page}", "ms", times, atMost: MostMs);
        }
        await Grid(report, store, door);
    }

    static async Task<(double Ms, string Html)> Load(Door door, string page)
    {
        var clock = Stopwatch.StartNew();
        using var answer = await door.Http.GetAsync(page);
        var html = await answer.Content.ReadAsStringAsync();
        answer.EnsureSuccessStatusCode();
        return (clock.Elapsed.TotalMilliseconds, html);
    }

    // As somebody scrolls: each end of the grid brings the next pictures, and none twice.
    static async Task Grid(Report report, string store, Door door)
    {
        var (times, seen) = (new List<double>(), new HashSet<string>());
        string? next = "/gallery";
        for (var page = 0; page < GridPages && next is not null; page++)
        {
            var (ms, html) = await Load(door, next);
            times.Add(ms);
            foreach (Match print in Print().Matches(html)) if (!seen.Add(print.Groups[1].Value)) throw new InvalidOperationException($"{print.Groups[1].Value} came twice.");
            next = More().Match(html) is { Success: true } more ? System.Net.WebUtility.HtmlDecode(more.Groups[1].Value) : null;
        }
        report.Add($"{store}: the next pictures of the grid, worst of {times.Count}", "ms", times.Max(), atMost: MostMs);
        report.Add($"{store}: pictures seen while scrolling", "", seen.Count);
    }

    [GeneratedRegex("id=\"print-([0-9a-f]{32})\"")]
    private static partial Regex Print();

    [GeneratedRegex("id=\"more\"[^>]*href=\"([^\"]+)\"|href=\"([^\"]+)\"[^>]*id=\"more\"")]
    private static partial Regex More();
}
