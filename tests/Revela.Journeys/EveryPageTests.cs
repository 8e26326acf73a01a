using System.Text.Json.Nodes;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Revela.Imaging.Header;
using Revela.Journeys.Pictures;
using Revela.Journeys.Window;
using Revela.Providers.Fakes;
using Revela.Services;
using Shouldly;
using Xunit;
using Drawn = Revela.Tests.App.Pictures;

namespace Revela.Journeys;

/// <summary>Every page of the dashboard, light and dark, on a desk and on a phone: nobody is kept out, nothing runs over; and a picture of each, in artifacts/screenshots.</summary>
public sealed class EveryPageTests(Chromium chromium) : IClassFixture<Chromium>
{

    const string Pipelines = """
        shop:
          description: For the shop window, and small for its list
          queue: shop
          steps:
            - { op: remove-background, engines: [onnx, classic] }
            - { op: resize, width: 1600, as: large }
            - { op: thumbnail, size: 256, from: large, as: small }
        """;

    static string Folder => Path.Combine(Repository.Artifacts, "screenshots");

    [SkippableFact]
    public async Task Every_page_is_open_to_everybody_and_fits()
    {
        Skip.If(Chromium.Missing is not null, $"{Chromium.Missing} is not installed.");
        await using var fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, CancellationToken.None);
        await using var server = await Server.Started(
            Pipelines, ("REVELA_GEMINI_ENDPOINT", fakes.Gemini.Address.ToString()), ("REVELA_GEMINI_KEY", FakeServices.Key), ("REVELA_WEBHOOKS_PRIVATE_HOSTS", "127.0.0.1"));
        var pages = await Furnish(server);
        pages = [.. pages, .. await SpendAndTell(server, fakes)];
        Directory.CreateDirectory(Folder);
        var found = new List<string>();
        foreach (var colours in (ColorScheme[])[ColorScheme.Dark, ColorScheme.Light])
        {
            await LookAtTheDoor(server, colours, found);
            foreach (var phone in (bool[])[false, true])
            {
                // Every page in both colours and both sizes, if not in all four pairs.
                if (!Soak.IsWhole && phone != (colours == ColorScheme.Dark)) continue;
                await using var watcher = await Watcher.SignIn(chromium, server, colours, phone);
                foreach (var (name, path) in pages) await Look(watcher.Page, path, $"{name}-{Suffix(colours, phone)}", found);
            }
        }
        found.ShouldBeEmpty();
    }

    async Task LookAtTheDoor(Server server, ColorScheme colours, List<string> found)
    {
        var page = await chromium.NewPage(server.Url, colours);
        await Look(page, "/sign-in", $"sign-in-{Suffix(colours, phone: false)}", found);
        await page.Context.CloseAsync();
    }

    static async Task Look(IPage page, string path, string name, List<string> found)
    {
        await page.GotoAsync(path, new PageGotoOptions { WaitUntil = WaitUntilState.Load });
        foreach (var summary in await page.Locator("main details.change > summary").AllAsync()) await summary.ClickAsync();
        var report = await page.RunAxe();
        found.AddRange(report.Violations.Select(violation => $"{name}: {violation.Id}: {string.Join("; ", violation.Nodes.Select(node => node.Html))}"));
        var over = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth");
        if (over > 0) found.Add($"{name} runs over by {over} pixels");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder, $"{name}.png"), FullPage = true });
    }

    // Something of everything: done, failed, running, waiting, parked in a queue that stands still, a batch, people, keys.
    static async Task<IReadOnlyList<(string Name, string Path)>> Furnish(Server server)
    {
        var door = server.Door;
        var done = (await door.Submit(Drawn.Disc(), new Dictionary<string, string> { ["pipeline"] = "cutout", ["metadata"] = """{"article": "12", "shelf": {"row": 3}}""" })).Id();
        var failed = (await door.Submit(NumberedJobs.Image(1), new Dictionary<string, string> { ["steps"] = """[{"op": "remove-background", "engine": "rembg"}]""" })).Id();
        await door.Submit(NumberedJobs.Image(2), new Dictionary<string, string> { ["pipeline"] = "web", ["batch"] = "Summer catalogue" });
        await server.JobBecomes(done, "completed");
        await server.JobBecomes(failed, "failed");
        var running = (await door.Submit(Drawn.Disc(), new Dictionary<string, string> { ["steps"] = """[{"op": "pause", "seconds": 3600}]""" })).Id();
        await server.JobBecomes(running, "processing");
        await door.Patch("/api/v1/queues/night", new JsonObject { ["paused"] = true, ["rate_limit"] = 10, ["keep_completed"] = 100 });
        await door.Post("/api/v1/keys", new JsonObject { ["name"] = "nightly import" });
        await door.Post("/api/v1/users", new JsonObject { ["email"] = "ana@example.com", ["name"] = "Ana", ["password"] = "long enough and not it", ["role"] = "submitter" });
        var (input, picture) = ((await door.Get($"/api/v1/jobs/{done}")).Text("asset_id"), (await door.Get($"/api/v1/jobs/{done}"))["outputs"]![0]!.Text("asset_id"));
        var batch = (await door.Get("/api/v1/batches"))["batches"]![0]!.Id();
        var photo = await FurnishRecipes(server);
        return
        [
            ("now", "/"), ("develop", "/develop?pipeline=square"), ("develop-given", $"/develop?asset={input}"), ("gallery", "/gallery"), ("gallery-none", "/gallery?search=nothing-like-it"), ("picture", $"/gallery/{picture}"), ("original", $"/gallery/{input}"),
            ("jobs", "/jobs"), ("jobs-none", "/jobs?search=nothing-like-it"), ("job-done", $"/jobs/{done}"), ("job-failed", $"/jobs/{failed}"), ("job-running", $"/jobs/{running}"),
            ("bulk", "/jobs/retry?state=failed"), ("batches", "/batches"), ("batch", $"/batches/{batch}"), ("catalogue", "/catalogue"), ("article", "/catalogue/1"), ("catalogue-review", "/catalogue/review"), ("race", "/race"), ("race-photo", $"/race/photos/{photo}"), ("race-review", "/race/review"),
            ("queues", "/queues"), ("quarantine", "/jobs/quarantine"), ("pipelines", "/pipelines"), ("editor", "/pipelines/shop"), ("editor-new", "/pipelines/new"), ("workers", "/workers"), ("notifications", "/notifications"),
            ("people", "/people"), ("keys", "/keys"), ("audit", "/audit"), ("settings", "/settings"), ("account", "/account"), ("bulk-delete", "/jobs/delete?state=completed"), ("nothing", "/jobs/00000000-0000-7000-8000-000000000000"),
            .. Soak.IsWhole ? Empty : [],
        ];
    }

    // What pages say where there is nothing.
    static readonly (string Name, string Path)[] Empty =
    [
        ("catalogue-none", "/catalogue?search=nothing-like-it"), ("article-bare", "/catalogue/3"), ("catalogue-reviewed", "/catalogue/review?after=99"), ("race-none", "/race?find=999"),
    ];

    // Articles on their way to pictures, and photos of a race with a number that is sure, one that is not, and one that cannot be read.
    static async Task<string> FurnishRecipes(Server server)
    {
        await server.Door.Patch("/api/v1/queues/catalog", new JsonObject { ["min_gap_seconds"] = 0 });
        var table = "id,nombre,descripcion,unidad,categoria_id,imagen\n1,Taza de barro,Con asa,pieza,1,1.png\n2,Plato hondo,De barro,pieza,1,2.png\n3,Jarra,De dos litros,pieza,2,\n4,Fuente de horno con un nombre largo,Blanca,pieza,2,4.png\n";
        using (var form = new MultipartFormDataContent { { new StringContent(table), "archivo", "articulos.csv" } })
        {
            foreach (var number in (int[])[1, 2, 4]) form.Add(new ByteArrayContent(Drawn.Disc()), "imagen", $"{number}.png");
            (await server.Door.Http.PostAsync("/api/articulos/import", form)).EnsureSuccessStatusCode();
        }
        await server.Door.Post("/api/articulos/batch-process-images", new JsonObject { ["articuloIds"] = new JsonArray(1, 2) });
        (await server.Door.Http.PutAsync("/photos/roster", new StringContent("bib,name\n145,Ana Ruiz\n146,Beatriz Soto\n"))).EnsureSuccessStatusCode();
        var ids = new List<string>();
        foreach (var bib in (string[])["145", "2078", "146"])
        {
            using var form = new MultipartFormDataContent { { new ByteArrayContent(Revela.Tests.App.BibPhotos.Of(bib)), "photo", $"finish-{bib}.png" } };
            using var answer = await server.Door.Http.PostAsync("/photos", form);
            ids.Add(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.Id());
        }
        await server.Until(door => door.Get("/api/v1/jobs?pipeline=catalog&state=completed"), page => page["jobs"]!.AsArray().Count == 2, "that the articles were painted");
        await server.Until(door => door.Get("/queue/stats"), stats => stats.Number("completed") == 3, "that the photos were read");
        return ids[1];
    }

    // Money spent, in doubt and run out, and another application that does not understand what it is told.
    static async Task<IReadOnlyList<(string Name, string Path)>> SpendAndTell(Server server, FakeServices fakes)
    {
        var door = server.Door;
        var steps = new Dictionary<string, string> { ["steps"] = """[{"op": "restyle", "prompt": "a chair", "size": "512"}]""" };
        await server.JobBecomes((await door.Submit(NumberedJobs.Image(3), steps)).Id(), "completed");
        fakes.Gemini.Meet(Trouble.Cut);
        await Parked(server, (await door.Submit(NumberedJobs.Image(4), steps)).Id());
        await door.Put("/api/v1/budgets/gemini-day", new JsonObject { ["provider"] = "gemini", ["amount_usd"] = 0.09, ["per"] = "day", ["hard"] = true });
        await door.Put("/api/v1/budgets/all-services", new JsonObject { ["amount_usd"] = 50, ["per"] = "month", ["hard"] = false });
        await Parked(server, (await door.Submit(NumberedJobs.Image(5), steps)).Id());
        var hook = (await door.Post("/api/v1/webhooks", new JsonObject { ["url"] = $"{server.Url}health/live", ["description"] = "the shop" })).Id();
        var message = (await door.Post($"/api/v1/webhooks/{hook}/test")).Id();
        await server.Until(seen => seen.Get($"/api/v1/webhooks/deliveries/{message}"), delivery => delivery["log"]!.AsArray().Count > 0, "a try");
        return
        [
            ("costs", "/costs"), ("jobs-parked", "/jobs?state=parked&reason=budget"), ("webhooks", "/webhooks"), ("deliveries", "/webhooks/deliveries"), ("delivery", $"/webhooks/deliveries/{message}"),
        ];
    }

    static Task<JsonNode> Parked(Server server, string id) => server.Until(door => door.Get($"/api/v1/jobs/{id}"), job => job["parked"] is not null, $"that job {id} is parked");

    static string Suffix(ColorScheme colours, bool phone) => $"{colours.ToString().ToLowerInvariant()}-{(phone ? "phone" : "desk")}";
}
