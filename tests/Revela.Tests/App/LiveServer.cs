using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using Revela.App;
using Revela.App.Accounts;
using Revela.Core.Accounts;
using Revela.Imaging.Isolation;
using Shouldly;

namespace Revela.Tests.App;

/// <summary>The real server on a free port of this machine, with its own data folder, store, workers and children, and a client for it.</summary>
public sealed class LiveServer : IAsyncDisposable
{
    /// <summary>Seconds for a job to end in, on a machine that has other things to do.</summary>
    public const int Patience = 100;

    LiveServer(Server server, string data, string key)
    {
        (Server, Data, Key) = (server, data, key);
        Client = With(key);
        Stranger = With(null);
    }

    public Server Server { get; }
    public string Data { get; }
    public string Key { get; }

    /// <summary>Has the admin key.</summary>
    public HttpClient Client { get; }

    /// <summary>Has no key.</summary>
    public HttpClient Stranger { get; }

    public Uri Address => Server.Addresses[0];

    /// <param name="key">The key that opens it, where another server of the same store made the first one; null for its own first key.</param>
    public static async Task<LiveServer> Start(Func<RevelaOptions, RevelaOptions>? change = null, string? data = null, string? key = null)
    {
        data ??= Directory.CreateTempSubdirectory("revela-server-").FullName;
        var options = new RevelaOptions { Data = data, Urls = "http://127.0.0.1:0", MaxWait = TimeSpan.FromSeconds(Patience) };
        var server = await Server.Start(change?.Invoke(options) ?? options, CancellationToken.None, children: Children);
        return new LiveServer(server, data, key ?? File.ReadAllText(Path.Combine(data, FirstKey.FileName)).Trim());
    }

    // The tests' own process cannot be started as a child; the program they test can.
    public static ChildCommand Children => new("dotnet", [typeof(RevelaOptions).Assembly.Location]);

    public HttpClient With(string? key)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(2 * Patience) };
        if (key is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public Task<(ApiKey Key, string Plain)> NewKey(Scopes scopes, string tenant = KeyRing.DefaultTenant) =>
        Keys.Add("test", scopes, tenant, null, CancellationToken.None);

    public KeyRing Keys => (KeyRing)Server.Services.GetService(typeof(KeyRing))!;

    public T Part<T>() where T : notnull => (T)(Server.Services.GetService(typeof(T)) ?? throw new InvalidOperationException($"No {typeof(T)}"));

    /// <summary>Submits a picture and gives its job, ended unless the seconds run out.</summary>
    public async Task<JsonObject> Develop(byte[] picture, string pipeline, string name = "picture.png", int wait = Patience)
    {
        using var answer = await Post("/api/v1/jobs", Form(("pipeline", pipeline)).File(picture, name), wait);
        return await Json(answer);
    }

    /// <summary>Asks until the answer has this status: a process may remember for two seconds who may do what.</summary>
    public static async Task Becomes(HttpClient client, HttpMethod method, string path, HttpStatusCode status)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(Patience), TimeProvider.System);
        while ((await client.SendAsync(new HttpRequestMessage(method, path), limit.Token)).StatusCode != status)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
    }

    /// <summary>The job once it has ended.</summary>
    public async Task<JsonObject> Ended(string job)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/jobs/{job}");
        request.Headers.Add("Prefer", $"wait={Patience}");
        var read = await Client.SendAsync(request).ShouldBe(200);
        read["finished_at"].ShouldNotBeNull($"job {job} is still {read["state"]}");
        return read;
    }

    public async Task<HttpResponseMessage> Post(string path, HttpContent? body, int? wait = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        if (wait is not null) request.Headers.Add("Prefer", $"wait={wait}");
        return await Client.SendAsync(request);
    }

    public async Task<JsonObject> Get(string path) => await Json(await Client.GetAsync(path));

    /// <summary>Events as they come, until the server ends the stream.</summary>
    public async IAsyncEnumerable<SseItem<string>> Events(string path, string? lastEventId = null, HttpClient? client = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        using var answer = await (client ?? Client).SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        await foreach (var happened in SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync()) yield return happened;
    }

    /// <summary>Returns when the job's event of this type has come.</summary>
    public async Task Sees(string job, string type)
    {
        await foreach (var happened in Events($"/api/v1/jobs/{job}/events"))
            if (happened.EventType == type) return;
        throw new ShouldAssertException($"There was no {type}.");
    }

    public static async Task<JsonObject> Json(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())?.AsObject() ?? throw new ShouldAssertException("The answer is not a JSON object.");

    public static StringContent JsonBody(string json) => new(json, Encoding.UTF8, "application/json");

    public static MultipartFormDataContent Form(params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        return form;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Stranger.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(Data, recursive: true);
    }
}

static class Answers
{
    /// <summary>The answer's JSON; its text stands in the message when the status is another.</summary>
    public static async Task<JsonObject> ShouldBe(this Task<HttpResponseMessage> asked, int status)
    {
        using var answer = await asked;
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(status, text);
        return text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>The answer is a problem with this status and code. Its detail.</summary>
    public static async Task<string> ShouldBeProblem(this Task<HttpResponseMessage> asked, int status, string code)
    {
        var answer = await asked;
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var problem = await Task.FromResult(answer).ShouldBe(status);
        problem["code"]!.ToString().ShouldBe(code);
        problem["status"]!.GetValue<int>().ShouldBe(status);
        problem["type"]!.ToString().ShouldBe($"urn:revela:{code}");
        problem["title"]!.ToString().ShouldNotBeEmpty();
        problem["retryable"]!.GetValue<bool>();
        return problem["detail"]!.ToString();
    }
}

static class Forms
{
    public static MultipartFormDataContent File(this MultipartFormDataContent form, byte[] bytes, string name = "picture.png", string field = "file", string type = "image/png")
    {
        var part = new ByteArrayContent(bytes);
        part.Headers.ContentType = new MediaTypeHeaderValue(type);
        form.Add(part, field, name);
        return form;
    }
}
