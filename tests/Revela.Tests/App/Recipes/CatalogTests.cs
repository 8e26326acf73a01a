using System.Net;
using System.Text.Json.Nodes;
using Revela.App.Recipes.Catalog;
using Revela.Core.Accounts;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Imaging.Header;
using Revela.Providers.Fakes;
using Revela.Tests.App.Accounts;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App.Recipes;

/// <summary>The catalogue contract, to the letter, with Gemini played by its fake.</summary>
public sealed class CatalogTests : IAsyncLifetime
{
    FakeServices fakes = null!;

    public async Task InitializeAsync() => fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, CancellationToken.None);

    public async Task DisposeAsync() => await fakes.DisposeAsync();

    Task<LiveServer> Start() => LiveServer.Start(options => options.SentTo(fakes));

    [Fact]
    public async Task Somebody_signs_in_and_has_articles_processed_one_at_a_time_with_a_gap()
    {
        await using var live = await Start();
        using var ana = await SignIn(live, Role.Submitter);
        var (plate, cup) = (await Add(ana, "Plato", Pictures.New()), await Add(ana, "Taza", Pictures.New()));
        var before = await Image(ana, plate);

        var queued = await Process(ana, [plate, cup, cup]);
        queued["success"]!.GetValue<bool>().ShouldBeTrue();
        queued["message"]!.ToString().ShouldBe("2 artículo(s) agregado(s) a la cola de procesamiento");
        var data = queued["data"]!;
        (data["agregados"]!.GetValue<int>(), data["omitidos"]!.GetValue<int>()).ShouldBe((2, 0));
        data["detalles"]!["agregados"]!.AsArray().Select(one => one!["articuloId"]!.GetValue<long>()).ShouldBe([plate, cup]);
        var entries = data["detalles"]!["agregados"]!.AsArray().Select(one => one!["queueId"]!.GetValue<long>()).ToArray();

        var runs = new List<JsonNode>();
        foreach (var entry in entries) runs.Add(await Ended(ana, entry));
        runs.ShouldAllBe(run => run["estado"]!.ToString() == "completed");
        var (one, two) = (runs.MinBy(Started)!, runs.MaxBy(Started)!);
        (Started(two) - one["completed_at"]!.GetValue<DateTimeOffset>()).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(2));

        var after = await Image(ana, plate);
        after.ShouldNotBe(before);
        using var picture = await live.Stranger.GetAsync(after);
        picture.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        fakes.Gemini.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Articles_are_kept_by_form_and_by_json_and_listed()
    {
        await using var live = await Start();
        var added = await live.Client.PostAsync(Articles.Root, Form(("nombre", "Plato"), ("descripcion", "Hondo"), ("unidad", "pieza"), ("categoria_id", "1")).File(Pictures.New(), field: "imagen")).ShouldBe(201);
        var article = added["data"]!["articulo"]!.AsObject();
        article.Select(field => field.Key).ShouldBe(["id", "nombre", "descripcion", "unidad", "categoria_id", "activo", "imagen_url"]);
        (article["id"]!.GetValue<long>(), article["activo"]!.GetValue<bool>(), article["categoria_id"]!.GetValue<int>()).ShouldBe((1, true, 1));

        var other = (await live.Client.PostAsync(Articles.Root, JsonBody("""{"id": 40, "nombre": "Taza", "activo": false}""")).ShouldBe(201))["data"]!["articulo"]!;
        (other["id"]!.GetValue<long>(), other["imagen_url"], other["descripcion"]).ShouldBe((40, null, null));
        (await Add(live.Client, "Jarra", null)).ShouldBe(41);

        (await Listed(live, "")).ShouldBe([1, 40, 41]);
        (await Listed(live, "?activo=true")).ShouldBe([1, 41]);
        (await Listed(live, "?activo=true&categoria_id=1")).ShouldBe([1]);

        var changed = (await live.Client.PutAsync($"{Articles.Root}/1", JsonBody("""{"nombre": "Plato llano", "descripcion": null}""")).ShouldBe(200))["data"]!["articulo"]!;
        (changed["nombre"]!.ToString(), changed["descripcion"], changed["unidad"]!.ToString()).ShouldBe(("Plato llano", null, "pieza"));
        changed["imagen_url"].ShouldNotBeNull("a change leaves alone what it does not name");
        await live.Client.PutAsync($"{Articles.Root}/40", Form(("activo", "true")).File(Pictures.New(), field: "imagen")).ShouldBe(200);
        (await Listed(live, "?activo=true")).ShouldBe([1, 40, 41]);
        (await Image(live.Client, 40)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task What_cannot_be_processed_is_left_out_with_its_reason()
    {
        await using var live = await Start();
        await live.Client.PatchAsync("/api/v1/queues/catalog", JsonBody("""{"paused": true}""")).ShouldBe(200);
        var (good, bare) = (await Add(live.Client, "Plato", Pictures.New()), await Add(live.Client, "Sin foto", null));
        var idle = await Add(live.Client, "Viejo", Pictures.New());
        await live.Client.PutAsync($"{Articles.Root}/{idle}", JsonBody("""{"activo": false}""")).ShouldBe(200);

        var first = await Process(live.Client, [good]);
        var details = (await Process(live.Client, [good, bare, idle, 999]))["data"]!;
        (details["agregados"]!.GetValue<int>(), details["omitidos"]!.GetValue<int>()).ShouldBe((0, 4));
        details["detalles"]!["omitidos"]!.AsArray().Select(one => (one!["articuloId"]!.GetValue<long>(), one["motivo"]!.ToString())).ShouldBe(
        [
            (good, "El artículo ya está pendiente en la cola"), (bare, "El artículo no tiene imagen"), (idle, "El artículo está inactivo"), (999, "El artículo no existe"),
        ]);

        var status = (await live.Get($"{Articles.Root}/processing-queue/status"))["data"]!.AsObject();
        status.Select(field => field.Key).ShouldBe(["stats", "articuloActual"]);
        status["stats"]!.AsObject().Select(field => (field.Key, field.Value!.GetValue<long>())).ShouldBe([("pendientes", 1), ("procesando", 0), ("completados", 0), ("fallidos", 0), ("total", 1)]);
        status["articuloActual"].ShouldBeNull();
        var entry = first["data"]!["detalles"]!["agregados"]![0]!["queueId"]!.GetValue<long>();
        await Refused(live.Client.PostAsync($"{Articles.Root}/processing-queue/{entry}/retry", null), 409, ErrorCodes.WrongState);
    }

    [Fact]
    public async Task A_failure_has_its_place_in_the_history_and_can_be_retried_and_cleaned()
    {
        await using var live = await Start();
        var article = await Add(live.Client, "Plato", Pictures.New(), ("descripcion", "Hondo"), ("unidad", "pieza"));
        fakes.Gemini.Meet(Trouble.Refusal);
        var entry = (await Process(live.Client, [article], priority: 7))["data"]!["detalles"]!["agregados"]![0]!["queueId"]!.GetValue<long>();
        await Ended(live.Client, entry);

        var history = (await live.Get($"{Articles.Root}/processing-queue/history?limit=50&offset=0"))["data"]!;
        (history["limit"]!.GetValue<int>(), history["offset"]!.GetValue<int>()).ShouldBe((50, 0));
        var failed = history["historial"]!.AsArray().ShouldHaveSingleItem()!.AsObject();
        failed.Select(field => field.Key).ShouldBe(
        [
            "id", "articulo_id", "articulo_nombre", "estado", "prioridad", "intentos", "max_intentos", "error_message", "created_at", "started_at", "completed_at", "duracion_segundos", "code",
        ]);
        (failed["articulo_id"]!.GetValue<long>(), failed["articulo_nombre"]!.ToString(), failed["estado"]!.ToString(), failed["prioridad"]!.GetValue<int>(), failed["intentos"]!.GetValue<int>(), failed["max_intentos"]!.GetValue<int>())
            .ShouldBe((article, "Plato", "failed", 7, 1, 3));
        failed["code"]!.ToString().ShouldBe(ErrorCodes.Refused);
        (await live.Get($"{Articles.Root}/processing-queue/history?offset=1"))["data"]!["historial"]!.AsArray().ShouldBeEmpty();

        var detail = (await live.Get($"{Articles.Root}/processing-queue/{entry}"))["data"]!.AsObject();
        foreach (var name in new[] { "imagen_url_original", "imagen_url_procesada", "error_stack", "articulo_descripcion", "articulo_unidad", "updated_at" }) detail.ContainsKey(name).ShouldBeTrue(name);
        (detail["articulo_descripcion"]!.ToString(), detail["articulo_unidad"]!.ToString(), detail["imagen_url_procesada"]).ShouldBe(("Hondo", "pieza", null));

        var retried = await live.Client.PostAsync($"{Articles.Root}/processing-queue/{entry}/retry", null).ShouldBe(200);
        retried.Select(field => field.Key).ShouldBe(["success", "message", "data"]);
        (retried["data"]!["id"]!.GetValue<long>(), retried["data"]!["estado"]!.ToString(), retried["data"]!["intentos"]!.GetValue<int>()).ShouldBe((entry, "pending", 0));
        (await Ended(live.Client, entry))["estado"]!.ToString().ShouldBe("completed");
        await Refused(live.Client.PostAsync($"{Articles.Root}/processing-queue/{entry}/retry", null), 409, ErrorCodes.WrongState);

        var shown = await Image(live.Client, article);
        (await live.Client.DeleteAsync($"{Articles.Root}/processing-queue/clean?dias=7").ShouldBe(200))["data"]!["eliminados"]!.GetValue<int>().ShouldBe(0);
        var cleaned = await live.Client.DeleteAsync($"{Articles.Root}/processing-queue/clean?dias=0").ShouldBe(200);
        cleaned["data"]!["eliminados"]!.GetValue<int>().ShouldBe(1);
        (await live.Get($"{Articles.Root}/processing-queue/status"))["data"]!["stats"]!["total"]!.GetValue<long>().ShouldBe(0);
        await Refused(live.Client.GetAsync($"{Articles.Root}/processing-queue/{entry}"), 404, ErrorCodes.NotFound);
        await live.Part<Janitor>().Clean(CancellationToken.None);
        (await live.Stranger.GetAsync(shown)).StatusCode.ShouldBe(HttpStatusCode.OK, "the article keeps its picture");
    }

    [Fact]
    public async Task Every_run_begins_with_the_articles_own_photo_and_a_person_can_go_back_to_it()
    {
        await using var live = await Start();
        await live.Client.PatchAsync("/api/v1/queues/catalog", JsonBody("""{"min_gap_seconds": 0}""")).ShouldBe(200);
        var photo = Pictures.New();
        var article = await Add(live.Client, "Plato", photo);
        var pictures = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            await Ended(live.Client, (await Process(live.Client, [article]))["data"]!["detalles"]!["agregados"]![0]!["queueId"]!.GetValue<long>());
            pictures.Add(new Uri(await Image(live.Client, article)).AbsolutePath);
        }
        // The second takes the place of the first on Cloudinary, too.
        var published = (await live.Get("/api/v1/jobs?pipeline=catalog"))["jobs"]!.AsArray().Select(job => job!["data"]!["publish"]!["notes"]!["url"]!.ToString());
        published.ShouldBe([$"https://res.example.org/fake/image/upload/v2/articulos/{article}", $"https://res.example.org/fake/image/upload/v1/articulos/{article}"]);
        pictures.Distinct().Count().ShouldBe(2, "each run makes a new picture");
        fakes.Gemini.Calls.Count.ShouldBe(2);
        var inputs = (await live.Get("/api/v1/jobs?pipeline=catalog"))["jobs"]!.AsArray().Select(job => job!["asset_id"]!.ToString()).Distinct();
        inputs.Count().ShouldBe(1);

        await live.Client.PostAsync($"{Articles.Root}/{article}/revert-image", null).ShouldBe(200);
        (await live.Stranger.GetByteArrayAsync(await Image(live.Client, article))).ShouldBe(photo);
        var bare = await Add(live.Client, "Sin foto", null);
        await Refused(live.Client.PostAsync($"{Articles.Root}/{bare}/revert-image", null), 409, ErrorCodes.WrongState);
    }

    [Fact]
    public async Task The_queue_and_the_prompt_are_those_of_the_contract()
    {
        await using var live = await Start();
        var queue = await live.Get("/api/v1/queues/catalog");
        (queue["global_limit"]!.GetValue<int>(), queue["min_gap_seconds"]!.GetValue<double>()).ShouldBe((1, 2.0));
        var pipeline = live.Part<PipelineCatalog>().Get("catalog");
        pipeline.MaxAttempts.ShouldBe(3);
        var prompt = pipeline.Steps[0].Options["prompt"]!.ToString();
        foreach (var field in new[] { "{nombre}", "{descripcion}", "{unidad}" }) prompt.ShouldContain(field);
    }

    [Fact]
    public async Task Bad_requests_are_refused_in_the_recipes_shape()
    {
        await using var live = await Start();
        await Refused(live.Stranger.PostAsync("/api/auth/login", JsonBody("""{"email": "ana@example.com", "password": "wrong"}""")), 401, ErrorCodes.SignInRefused);
        await Refused(live.Stranger.PostAsync("/api/auth/login", JsonBody("""{"email": "ana@example.com"}""")), 400, ErrorCodes.InvalidRequest);
        await Refused(live.Stranger.GetAsync(Articles.Root), 401, ErrorCodes.Unauthorized);
        await Refused(live.Client.PostAsync(Articles.Root, JsonBody("""{"descripcion": "sin nombre"}""")), 400, ErrorCodes.InvalidRequest);
        await Refused(live.Client.PostAsync(Articles.Root, JsonBody("""{"nombre": "x", "color": "rojo"}""")), 400, ErrorCodes.InvalidRequest);
        await Refused(live.Client.PostAsync(Articles.Root, JsonBody("""{"nombre": "x", "id": -1}""")), 400, ErrorCodes.InvalidRequest);
        await Refused(live.Client.PostAsync(Articles.Root, Form(("nombre", "x")).File([1, 2, 3], field: "imagen")), 415, ErrorCodes.UnsupportedFormat);
        await Add(live.Client, "uno", null);
        await Refused(live.Client.PostAsync(Articles.Root, JsonBody("""{"nombre": "x", "id": 1}""")), 409, ErrorCodes.WrongState);
        await Refused(live.Client.PutAsync($"{Articles.Root}/7", JsonBody("""{"nombre": "x"}""")), 404, ErrorCodes.NotFound);
        foreach (var body in new[] { "{}", """{"articuloIds": []}""", """{"articuloIds": ["1"]}""", """{"articuloIds": [1.5]}""", """{"articuloIds": [1], "prioridad": "alta"}""" })
            await Refused(live.Client.PostAsync($"{Articles.Root}/batch-process-images", JsonBody(body)), 400, ErrorCodes.InvalidRequest);
        await Refused(live.Client.PostAsync($"{Articles.Root}/processing-queue/5/retry", null), 404, ErrorCodes.NotFound);
        await Refused(live.Client.DeleteAsync($"{Articles.Root}/processing-queue/clean?dias=-1"), 400, ErrorCodes.InvalidRequest);
        await Refused(live.Client.GetAsync($"{Articles.Root}/processing-queue/history?limit=0"), 400, ErrorCodes.InvalidRequest);
        using var viewer = await SignIn(live, Role.Viewer);
        await Refused(viewer.PostAsync($"{Articles.Root}/batch-process-images", JsonBody("""{"articuloIds": [1]}""")), 403, ErrorCodes.Forbidden);
    }

    [Fact]
    public async Task A_session_in_a_browser_changes_nothing_from_another_site()
    {
        await using var live = await Start();
        using var ana = await (await Person.Add(live, Role.Submitter)).SignInByCookie();
        await ana.PostAsync(Articles.Root, JsonBody("""{"nombre": "Plato"}""")).ShouldBe(201);
        ana.DefaultRequestHeaders.Remove("Origin");
        ana.DefaultRequestHeaders.Add("Origin", "https://elsewhere.example");
        await Refused(ana.PostAsync(Articles.Root, JsonBody("""{"nombre": "Taza"}""")), 403, ErrorCodes.WrongOrigin);
    }

    [Fact]
    public async Task Switched_off_it_is_not_there()
    {
        await using var live = await LiveServer.Start(options => options with { Catalog = new CatalogOptions { Enabled = false } });
        await live.Client.GetAsync(Articles.Root).ShouldBeProblem(404, ErrorCodes.NotFound);
        await live.Stranger.PostAsync("/api/auth/login", JsonBody("{}")).ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    static async Task<HttpClient> SignIn(LiveServer live, Role role)
    {
        var person = await Person.Add(live, role);
        var body = new JsonObject { ["email"] = person.Email, ["password"] = person.Password };
        var answer = await live.Stranger.PostAsync("/api/auth/login", JsonBody(body.ToJsonString())).ShouldBe(200);
        answer["data"]!.AsObject().Select(field => field.Key).ShouldBe(["token", "usuario"]);
        answer["data"]!["usuario"]!["email"]!.ToString().ShouldBe(person.Email);
        return live.With(answer["data"]!["token"]!.ToString());
    }

    static async Task<long> Add(HttpClient client, string name, byte[]? photo, params (string, string)[] fields)
    {
        var form = Form([("nombre", name), .. fields]);
        if (photo is not null) form.File(photo, field: "imagen");
        return (await client.PostAsync(Articles.Root, form).ShouldBe(201))["data"]!["articulo"]!["id"]!.GetValue<long>();
    }

    static async Task<string> Image(HttpClient client, long article) =>
        (await client.GetAsync($"{Articles.Root}/{article}").ShouldBe(200))["data"]!["articulo"]!["imagen_url"]!.ToString();

    static async Task<long[]> Listed(LiveServer live, string filter) =>
        [.. (await live.Get(Articles.Root + filter))["data"]!["articulos"]!.AsArray().Select(article => article!["id"]!.GetValue<long>())];

    static Task<JsonObject> Process(HttpClient client, long[] articles, int priority = 0)
    {
        var body = new JsonObject { ["articuloIds"] = new JsonArray([.. articles.Select(id => JsonValue.Create(id))]), ["prioridad"] = priority };
        return client.PostAsync($"{Articles.Root}/batch-process-images", JsonBody(body.ToJsonString())).ShouldBe(200);
    }

    static DateTimeOffset Started(JsonNode run) => run["started_at"]!.GetValue<DateTimeOffset>();

    static Task<JsonNode> Ended(HttpClient client, long entry) => Eventually.Sees(
        async () => (await client.GetAsync($"{Articles.Root}/processing-queue/{entry}").ShouldBe(200))["data"]!, run => run["estado"]!.ToString() is "completed" or "failed");

    static async Task Refused(Task<HttpResponseMessage> asked, int status, string code)
    {
        var refused = await asked.ShouldBe(status);
        refused.Select(field => field.Key).ShouldBe(["success", "message", "code", "detail"]);
        (refused["success"]!.GetValue<bool>(), refused["code"]!.ToString()).ShouldBe((false, code));
        refused["message"]!.ToString().ShouldNotBeEmpty();
    }
}
