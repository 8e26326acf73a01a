using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Revela.Core.Accounts;
using Shouldly;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App.Afar;

/// <summary>A server that develops nothing itself, for all tests of the doors that far workers come through.</summary>
public sealed class FarServerBed : Xunit.IAsyncLifetime
{
    public const int MaxOutputBytes = 200_000;

    public LiveServer Live { get; private set; } = null!;

    public async Task InitializeAsync() => Live = await Start(options => options with
    {
        Worker = options.Worker with { Enabled = false },
        Limits = options.Limits with { MaxOutputBytes = MaxOutputBytes },
    });

    public async Task DisposeAsync() => await Live.DisposeAsync();
}

/// <summary>What a far worker says, in the words of the protocol, for a tenant of its own.</summary>
sealed class FarClient : IDisposable
{
    static readonly string[] everything = ["grayscale", "resize", "convert", "inspect"];

    readonly HttpClient submitter;

    FarClient(LiveServer live, string tenant, string workKey, string submitKey)
    {
        (Tenant, Http) = (tenant, live.With(workKey));
        submitter = live.With(submitKey);
    }

    public string Tenant { get; }

    /// <summary>Has a key with scope work alone.</summary>
    public HttpClient Http { get; }

    public string Name { get; init; } = "worker";

    public static async Task<FarClient> Of(LiveServer live, string? tenant = null)
    {
        tenant ??= Guid.NewGuid().ToString("N");
        var (_, workKey) = await live.NewKey(Scopes.Work, tenant);
        var (_, submitKey) = await live.NewKey(Scopes.Submit | Scopes.Read, tenant);
        return new FarClient(live, tenant, workKey, submitKey);
    }

    public async Task<string> Submit(byte[] picture, string steps = """[{"op": "grayscale"}]""") =>
        (await submitter.PostAsync("/api/v1/jobs", Form(("steps", steps)).File(picture)).ShouldBe(202))["id"]!.ToString();

    public Task<JsonObject> Job(string id) => submitter.GetAsync($"/api/v1/jobs/{id}").ShouldBe(200);

    public Task<JsonObject> Asset(string id) => submitter.GetAsync($"/api/v1/assets/{id}").ShouldBe(200);

    public Task<JsonObject> Cancel(string id) => submitter.PostAsync($"/api/v1/jobs/{id}/cancel", null).ShouldBe(202);

    public async Task<byte[]> Result(string id)
    {
        using var answer = await submitter.GetAsync($"/api/v1/jobs/{id}/result");
        answer.IsSuccessStatusCode.ShouldBeTrue();
        return await answer.Content.ReadAsByteArrayAsync();
    }

    public async Task<JsonArray> Claim(int max = 1, string[]? operations = null, params long[] held)
    {
        var body = new JsonObject { ["worker"] = Name, ["operations"] = Array(operations ?? everything), ["held"] = Array(held), ["slots"] = 10, ["max"] = max };
        return (await Say("claims", body).ShouldBe(200))["jobs"]!.AsArray();
    }

    /// <summary>The job's address and what was said of it.</summary>
    public async Task<(string Root, JsonObject Job)> ClaimOne(params long[] held)
    {
        var job = (await Claim(1, null, held)).ShouldHaveSingleItem()!.AsObject();
        return ($"jobs/{job["job_id"]}/{job["lease"]}", job);
    }

    public Task<HttpResponseMessage> Say(string path, JsonNode? body = null) =>
        Http.PostAsync($"/api/v1/work/{path}", body is null ? null : JsonBody(body.ToJsonString()));

    public Task<HttpResponseMessage> Put(string path, JsonNode body) => Http.PutAsync($"/api/v1/work/{path}", JsonBody(body.ToJsonString()));

    public Task<HttpResponseMessage> Read(string path) => Http.GetAsync($"/api/v1/work/{path}");

    public async Task<byte[]> Bytes(string url)
    {
        using var answer = await Http.GetAsync(url);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadAsByteArrayAsync();
    }

    /// <param name="digest">Null for the right one.</param>
    public Task<HttpResponseMessage> Send(string root, int step, byte[] picture, string? digest = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/work/{root}/pictures/{step}") { Content = new ByteArrayContent(picture) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Headers.TryAddWithoutValidation("Content-Digest", digest ?? $"sha-256=:{Convert.ToBase64String(SHA256.HashData(picture))}:");
        return Http.SendAsync(request);
    }

    public async Task<string> Receipt(string root, int step, byte[] picture) => (await Send(root, step, picture).ShouldBe(200))["receipt"]!.ToString();

    public Task<HttpResponseMessage> Complete(string root, params (int Step, string Receipt)[] pictures) => Say($"{root}/complete", new JsonObject
    {
        ["pictures"] = new JsonArray([.. pictures.Select(made => new JsonObject { ["step_index"] = made.Step, ["receipt"] = made.Receipt })]),
    });

    public Task<HttpResponseMessage> Fail(string root, string kind, string code, bool retryable) => Say($"{root}/fail", new JsonObject
    {
        ["kind"] = kind,
        ["error"] = new JsonObject { ["code"] = code, ["message"] = "As the test said.", ["retryable"] = retryable },
    });

    static JsonArray Array<T>(IEnumerable<T> values) => new([.. values.Select(value => JsonValue.Create(value))]);

    public void Dispose()
    {
        Http.Dispose();
        submitter.Dispose();
    }
}

static class WorkAnswers
{
    /// <summary>Answered with 204.</summary>
    public static async Task ShouldBeDone(this Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        ((int)answer.StatusCode).ShouldBe(204, await answer.Content.ReadAsStringAsync());
    }
}
