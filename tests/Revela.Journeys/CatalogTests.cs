using System.Globalization;
using System.Text.Json.Nodes;
using Revela.Imaging.Header;
using Revela.Journeys.Fleets;
using Revela.Providers.Fakes;
using Revela.Services;
using Shouldly;
using Xunit;
using Drawn = Revela.Tests.App.Pictures;

namespace Revela.Journeys;

/// <summary>The catalogue recipe as its shop uses it, by HTTP alone: a night's articles, with refusals and empty answers from the service, and through deaths.</summary>
public sealed class CatalogTests : IAsyncLifetime
{
    const string Root = "/api/articulos";
    const int BatchSize = 100;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(60);

    FakeServices fakes = null!;

    public async Task InitializeAsync() => fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, CancellationToken.None);

    public async Task DisposeAsync() => await fakes.DisposeAsync();

    [Fact]
    public async Task A_nights_articles_are_painted_one_at_a_time_in_their_order_whatever_dies()
    {
        // So seldom without a picture that no article is left without one three times, however soon it is asked for again.
        var (count, size, gap, emptyEvery) = Soak.IsWhole ? (500, BatchSize, 2.0, 100) : (50, BatchSize / 10, 0.2, 20);
        await using var server = await Server.Started(null, Services());
        await server.Door.Patch("/api/v1/queues/catalog", new JsonObject { ["paused"] = true, ["min_gap_seconds"] = gap });
        await AddArticles(server.Door, count);
        // One is refused for good, and now and then an answer brings no picture.
        fakes.Gemini.Meet(Trouble.Refusal);
        var calls = 0;
        fakes.Gemini.Weather = () => Interlocked.Increment(ref calls) % emptyEvery == 0 ? Trouble.NoPicture : Trouble.None;
        for (var first = 1; first <= count; first += size) await Process(server.Door, Enumerable.Range(first, size), priority: first / size % 3);
        await server.Door.Patch("/api/v1/queues/catalog", new JsonObject { ["paused"] = false });

        foreach (var share in new[] { 4, 2 })
        {
            await server.Until(Stats, stats => stats.Number("completados") >= count / share, $"a {share}th of the articles", Patience);
            await server.Kill();
            await server.Start();
        }
        var ended = await server.Until(Stats, stats => stats.Number("pendientes") + stats.Number("procesando") == 0, "the end of all articles", Patience);
        (ended.Number("completados"), ended.Number("fallidos"), ended.Number("total")).ShouldBe((count - 1, 1, count), string.Join('\n', (await History(server.Door)).Where(run => run.Text("estado") == "failed").Select(run => run.ToJsonString())));

        var history = await History(server.Door);
        OneAtATimeInOrder(history, TimeSpan.FromSeconds(gap));
        var failed = history.Single(run => run.Text("estado") == "failed");
        failed.Text("code").ShouldBe("refused");
        (await server.Door.Post($"{Root}/processing-queue/{failed.Number("id")}/retry"))["data"]!.Text("estado").ShouldBe("pending");
        await server.Until(Stats, stats => stats.Number("completados") == count, "the retried article", Patience);
        await EveryArticleHasItsNewPicture(server.Door, count);
    }

    [SkippableFact]
    public async Task Servers_and_workers_of_a_fleet_paint_one_article_at_a_time()
    {
        await using var fleet = await Fleet.Start(workers: 2, Services());
        await using var second = await fleet.StartServer();
        await fleet.Server.Door.Patch("/api/v1/queues/catalog", new JsonObject { ["paused"] = true, ["min_gap_seconds"] = 0.2 });
        await AddArticles(second.Door, 12);
        // Asked for at two servers at once, each article is queued once.
        var answers = await Task.WhenAll(Process(fleet.Server.Door, Enumerable.Range(1, 12)), Process(second.Door, Enumerable.Range(1, 12)));
        answers.Sum(answer => answer["data"]!.Number("agregados")).ShouldBe(12);
        answers.Sum(answer => answer["data"]!.Number("omitidos")).ShouldBe(12);
        await second.Door.Patch("/api/v1/queues/catalog", new JsonObject { ["paused"] = false });
        await fleet.Server.Until(Stats, stats => stats.Number("completados") >= 4, "the first articles", Patience);
        fleet.Workers[0].Kill();
        await fleet.Server.Kill();
        await fleet.Server.Start();
        await fleet.Server.Until(Stats, stats => stats.Number("completados") == 12, "the end of all articles", Patience);
        OneAtATimeInOrder(await History(second.Door), TimeSpan.FromSeconds(0.2));
        await EveryArticleHasItsNewPicture(second.Door, 12);
    }

    // A call that is under way when its worker dies is made again without a person: nobody watches at night.
    (string, string)[] Services() =>
    [
        ("REVELA_GEMINI_ENDPOINT", fakes.Gemini.Address.ToString()), ("REVELA_GEMINI_KEY", FakeServices.Key), ("REVELA_CALLS_REPEAT_POSSIBLY_PAID", "true"),
    ];

    // Photographs and drawings of several sizes and formats, no two with the same bytes.
    static async Task AddArticles(Door door, int count)
    {
        var samples = Directory.GetFiles(Path.Combine(Repository.Root, "samples"), "*.png").Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToArray();
        for (var number = 1; number <= count; number++)
        {
            var photo = (number % 4) switch
            {
                0 when number / 4 <= samples.Length => samples[number / 4 - 1],
                1 => Photos.Copy(Photos.OneMegapixel, number),
                2 => Photos.Small(200 + number, 150 + number % 40, (uint)number),
                _ => Drawn.Disc(),
            };
            using var form = new MultipartFormDataContent
            {
                { new StringContent($"Artículo {number}"), "nombre" }, { new StringContent("De barro"), "descripcion" }, { new StringContent("pieza"), "unidad" },
                { new ByteArrayContent(photo), "imagen", $"{number}.jpg" },
            };
            using var answer = await door.Http.PostAsync(Root, form);
            answer.EnsureSuccessStatusCode();
            JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["data"]!["articulo"]!.Number("id").ShouldBe(number);
        }
    }

    static Task<JsonNode> Process(Door door, IEnumerable<int> articles, int priority = 0) => door.Post(
        $"{Root}/batch-process-images", new JsonObject { ["articuloIds"] = new JsonArray([.. articles.Select(id => JsonValue.Create(id))]), ["prioridad"] = priority });

    static async Task<JsonNode> Stats(Door door) => (await door.Get($"{Root}/processing-queue/status"))["data"]!["stats"]!;

    static async Task<IReadOnlyList<JsonNode>> History(Door door)
    {
        var runs = new List<JsonNode>();
        while (true)
        {
            var page = (await door.Get($"{Root}/processing-queue/history?limit=100&offset={runs.Count}"))["data"]!["historial"]!.AsArray();
            if (page.Count == 0) return runs;
            runs.AddRange(page.Select(run => run!));
        }
    }

    // Runs that were disturbed, by a death or an empty answer, came again later; the others keep to the order of the line.
    static void OneAtATimeInOrder(IReadOnlyList<JsonNode> history, TimeSpan gap)
    {
        var runs = history.OrderBy(run => Time(run, "started_at")).ToArray();
        for (var i = 1; i < runs.Length; i++)
        {
            var between = Time(runs[i], "started_at") - Time(runs[i - 1], "completed_at");
            between.ShouldBeGreaterThanOrEqualTo(gap, $"between {runs[i - 1].ToJsonString()} and {runs[i].ToJsonString()}");
        }
        var calm = runs.Where(run => run.Number("intentos") == 1).ToArray();
        calm.Length.ShouldBeGreaterThan(runs.Length / 2);
        calm.Select(run => run.Number("id")).ShouldBe(calm.OrderByDescending(run => run.Number("prioridad")).ThenBy(run => run.Number("id")).Select(run => run.Number("id")));
        foreach (var run in runs)
            run["duracion_segundos"]!.GetValue<double>().ShouldBe((Time(run, "completed_at") - Time(run, "started_at")).TotalSeconds, tolerance: 0.02);
    }

    static async Task EveryArticleHasItsNewPicture(Door door, int count)
    {
        var articles = (await door.Get($"{Root}?activo=true"))["data"]!["articulos"]!.AsArray();
        articles.Count.ShouldBe(count);
        var pictures = new HashSet<string>();
        foreach (var article in articles)
        {
            var bytes = await door.Bytes(article!.Text("imagen_url")!);
            // A PNG, as the catalogue's pictures are, and no other article's.
            bytes.AsSpan(1, 3).SequenceEqual("PNG"u8).ShouldBeTrue(article!.ToJsonString());
            pictures.Add(article!.Text("imagen_url")!).ShouldBeTrue();
        }
        (await door.Get($"{Root}/processing-queue/history?limit=500"))["data"]!["historial"]!.AsArray().ShouldAllBe(run => run!.Text("estado") == "completed");
    }

    static DateTimeOffset Time(JsonNode run, string name) => DateTimeOffset.Parse(run.Text(name)!, CultureInfo.InvariantCulture);
}
