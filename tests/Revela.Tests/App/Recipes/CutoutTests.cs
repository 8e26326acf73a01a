using System.Net;
using System.Text.Json.Nodes;
using Revela.App.Recipes.Cutout;
using Revela.Core.Accounts;
using Revela.Core.Jobs;
using Revela.Tests.App.Accounts;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App.Recipes;

/// <summary>The cutout contract, to the letter, and how people are told.</summary>
public sealed class CutoutTests
{
    [Fact]
    public async Task A_person_presses_quitar_fondo_and_is_told_when_the_new_image_is_ready()
    {
        await using var live = await Start();
        using var ana = await (await Person.Add(live, Role.Submitter)).SignInByCookie();
        var original = await Upload(ana, Pictures.Disc(), "Gato");
        original.Select(field => field.Key).ShouldBe(["uuid", "title", "url", "status", "parent_uuid", "created_at"]);
        (original["title"]!.ToString(), original["status"]!.ToString(), original["parent_uuid"]).ShouldBe(("Gato", "completed", null));

        var queued = await ana.PostAsync($"/images/{original["uuid"]}/remove-bg/", null).ShouldBe(200);
        queued.Select(field => field.Key).ShouldBe(["success", "task_id", "message"]);
        (queued["success"]!.GetValue<bool>(), queued["message"]!.ToString()).ShouldBe((true, "Imagen encolada para procesamiento"));

        await live.Ended(queued["task_id"]!.ToString());
        var task = await ana.GetAsync($"/images/tasks/{queued["task_id"]}/").ShouldBe(200);
        (task["task_id"]!.ToString(), task["status"]!.ToString(), task["progress"]!.GetValue<int>(), task["error"]).ShouldBe((queued["task_id"]!.ToString(), "SUCCESS", 100, null));
        task["engine"]!.ToString().ShouldStartWith("classic");
        using var picture = await live.Stranger.GetAsync(task["result"]!["url"]!.ToString());
        picture.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");

        var made = (await ana.GetAsync($"/images/{task["result"]!["image_uuid"]}/").ShouldBe(200))["image"]!;
        (made["title"]!.ToString(), made["status"]!.ToString(), made["parent_uuid"]!.ToString()).ShouldBe(("Gato (sin fondo)", "completed", original["uuid"]!.ToString()));
        var gallery = (await ana.GetAsync("/images/").ShouldBe(200))["images"]!.AsArray();
        gallery.Select(image => image!["uuid"]!.ToString()).ShouldBe([made["uuid"]!.ToString(), original["uuid"]!.ToString()]);
        (await ana.GetAsync($"/images/{original["uuid"]}").ShouldBe(200))["image"]!["uuid"]!.ToString().ShouldBe(original["uuid"]!.ToString());

        var told = await Told(live, ana, "es");
        (told["title"]!.ToString(), told["body"]!.ToString(), told["link"]!["text"]!.ToString()).ShouldBe(("Fondo removido", "El recorte de «Gato» está listo.", "Ver imagen"));
        new Uri(told["link"]!["url"]!.ToString()).AbsolutePath.ShouldBe($"/images/{made["uuid"]}/");
        (await Told(live, ana, "en"))["title"]!.ToString().ShouldBe("Background removed");
    }

    [Fact]
    public async Task A_failure_is_told_in_words_that_a_person_understands()
    {
        await using var live = await Start();
        using var ana = await (await Person.Add(live, Role.Submitter)).SignIn();
        var image = await Upload(ana, Pictures.New(200, 200), "Ruido");
        var queued = await ana.PostAsync($"/images/{image["uuid"]}/remove-bg", null).ShouldBe(200);
        await live.Ended(queued["task_id"]!.ToString());
        var task = await ana.GetAsync($"/images/tasks/{queued["task_id"]}/").ShouldBe(200);
        (task["status"]!.ToString(), task["error"]!.ToString(), task["code"]!.ToString(), task["result"])
            .ShouldBe(("FAILURE", "No se encontró un objeto claro en la imagen.", ErrorCodes.NoClearSubject, null));
        var told = await Told(live, ana, "es");
        (told["title"]!.ToString(), told["body"]!.ToString(), told["link"]).ShouldBe(("No se pudo quitar el fondo", "«Ruido»: No se encontró un objeto claro en la imagen.", null));
        (await ana.GetAsync("/images/").ShouldBe(200))["images"]!.AsArray().Select(one => one!["status"]!.ToString()).ShouldBe(["failed", "completed"]);
    }

    [Fact]
    public async Task Notifications_are_each_persons_own_come_at_once_and_can_be_read()
    {
        await using var live = await Start();
        using var ana = await (await Person.Add(live, Role.Submitter)).SignIn();
        using var bob = await (await Person.Add(live, Role.Submitter)).SignIn();
        var image = await Upload(ana, Pictures.Disc(), "Gato");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(100), TimeProvider.System);
        await using var stream = live.Events("/api/v1/notifications/stream?lang=es", "0", ana).GetAsyncEnumerator(limit.Token);
        await ana.PostAsync($"/images/{image["uuid"]}/remove-bg/", null).ShouldBe(200);
        (await stream.MoveNextAsync().AsTask().WaitAsync(limit.Token)).ShouldBeTrue();
        stream.Current.EventType.ShouldBe("notification");
        var told = JsonNode.Parse(stream.Current.Data)!;
        told["title"]!.ToString().ShouldBe("Fondo removido");

        (await bob.GetAsync("/api/v1/notifications").ShouldBe(200))["unread"]!.GetValue<int>().ShouldBe(0);
        await bob.PostAsync($"/api/v1/notifications/{told["id"]}/read", null).ShouldBeProblem(404, ErrorCodes.NotFound);
        await ana.PostAsync($"/api/v1/notifications/{told["id"]}/read", null).ShouldBe(204);
        var after = await ana.GetAsync("/api/v1/notifications").ShouldBe(200);
        after["unread"]!.GetValue<int>().ShouldBe(0);
        after["notifications"]![0]!["read_at"].ShouldNotBeNull();
        (await ana.GetAsync("/api/v1/notifications?unread=true").ShouldBe(200))["notifications"]!.AsArray().ShouldBeEmpty();
        await ana.PostAsync("/api/v1/notifications/read", null).ShouldBe(204);
    }

    [Fact]
    public async Task Refusals_have_the_recipes_shape_and_the_engines_code()
    {
        await using var live = await Start();
        await live.Client.PatchAsync("/api/v1/queues/cutout", JsonBody("""{"paused": true}""")).ShouldBe(200);
        var image = await Upload(live.Client, Pictures.Disc(), "Gato");
        await Refused(live.Client.PostAsync($"/images/{Guid.NewGuid()}/remove-bg/", null), 404, ErrorCodes.NotFound, "No existe esa imagen.");
        await Refused(live.Client.GetAsync("/images/seven/"), 404, ErrorCodes.NotFound, "No existe esa imagen.");
        await Refused(live.Stranger.PostAsync($"/images/{image["uuid"]}/remove-bg/", null), 401, ErrorCodes.Unauthorized, "Hay que iniciar sesión.");
        await Refused(live.Client.GetAsync($"/images/tasks/{Guid.NewGuid()}/"), 404, ErrorCodes.NotFound, "No existe esa imagen.");
        await Refused(live.Client.PostAsync("/images/", new MultipartFormDataContent().File([1, 2, 3], field: "image")), 415, ErrorCodes.UnsupportedFormat, "El archivo no es una imagen que se pueda leer.");
        await Refused(live.Client.PostAsync("/images/", new MultipartFormDataContent().File(Pictures.New())), 400, ErrorCodes.InvalidRequest, "No se entendió la solicitud.");
        (await live.Client.GetAsync($"/images/{image["uuid"]}/remove-bg/")).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);

        var queued = await live.Client.PostAsync($"/images/{image["uuid"]}/remove-bg/", null).ShouldBe(200);
        (await live.Client.GetAsync($"/images/tasks/{queued["task_id"]}/").ShouldBe(200))["status"]!.ToString().ShouldBe("PENDING");
        var expected = (await live.Client.GetAsync("/images/").ShouldBe(200))["images"]![0]!;
        (expected["status"]!.ToString(), expected["url"]).ShouldBe(("pending", null));
        await Refused(live.Client.PostAsync($"/images/{expected["uuid"]}/remove-bg/", null), 409, ErrorCodes.NotFinished, "La imagen todavía no está lista.");
    }

    [Fact]
    public async Task Switched_off_it_is_not_there()
    {
        await using var live = await Start(options => options with { Cutout = new CutoutOptions { Enabled = false } });
        await live.Client.GetAsync("/images/").ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    static async Task<JsonObject> Upload(HttpClient client, byte[] picture, string title)
    {
        var answer = await client.PostAsync("/images/", Form(("title", title)).File(picture, field: "image")).ShouldBe(201);
        answer["success"]!.GetValue<bool>().ShouldBeTrue();
        return answer["image"]!.AsObject();
    }

    // The first notification, once it is there.
    static async Task<JsonObject> Told(LiveServer live, HttpClient client, string language)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(100), TimeProvider.System);
        await using var stream = live.Events($"/api/v1/notifications/stream?lang={language}", "0", client).GetAsyncEnumerator(limit.Token);
        (await stream.MoveNextAsync().AsTask().WaitAsync(limit.Token)).ShouldBeTrue();
        return JsonNode.Parse(stream.Current.Data)!.AsObject();
    }

    static async Task Refused(Task<HttpResponseMessage> asked, int status, string code, string words)
    {
        var refused = await asked.ShouldBe(status);
        refused.Select(field => field.Key).ShouldBe(["success", "error", "code"]);
        (refused["success"]!.GetValue<bool>(), refused["error"]!.ToString(), refused["code"]!.ToString()).ShouldBe((false, words, code));
    }
}
