using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Revela.Bench.Outside;

/// <summary>A client of the HTTP door, as any outsider would write it.</summary>
public sealed class Door : IDisposable
{
    readonly HttpClient http;

    public Door(Uri url, string key)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        http = new HttpClient(handler) { BaseAddress = url, Timeout = TimeSpan.FromMinutes(5) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Opens the door of a server with the first key of its data folder.</summary>
    public static Door Of(Uri url, string data) => new(url, File.ReadAllText(Path.Combine(data, "admin.key")).Trim());

    public HttpClient Http => http;

    public async Task<JsonNode> Get(string path)
    {
        using var answer = await http.GetAsync(path);
        return await Json(answer);
    }

    public async Task<byte[]> Bytes(string path) => await http.GetByteArrayAsync(path);

    public Task<JsonNode> Post(string path, JsonNode? body = null) => Send(HttpMethod.Post, path, body);

    public Task<JsonNode> Put(string path, JsonNode body) => Send(HttpMethod.Put, path, body);

    public Task<JsonNode> Patch(string path, JsonNode body) => Send(HttpMethod.Patch, path, body);

    /// <summary>Posts one image; the job as answered.</summary>
    /// <param name="fields">Such as pipeline, steps, fresh, idempotency.</param>
    public async Task<JsonNode> Submit(byte[] image, IReadOnlyDictionary<string, string> fields, int waitSeconds = 0)
    {
        using var answer = await Send("/api/v1/jobs", image, fields, waitSeconds);
        return await Json(answer);
    }

    public async Task<HttpResponseMessage> Send(string path, byte[] image, IReadOnlyDictionary<string, string> fields, int waitSeconds = 0, CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        form.Add(new ByteArrayContent(image), "file", "photo.jpg");
        request.Content = form;
        if (waitSeconds > 0) request.Headers.Add("Prefer", $"wait={waitSeconds}");
        return await http.SendAsync(request, cancel);
    }

    /// <summary>All jobs that match, newest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> Jobs(string filter = "")
    {
        var jobs = new List<JsonNode>();
        string? cursor = null;
        do
        {
            var page = await Get($"/api/v1/jobs?limit=500{filter}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            jobs.AddRange(page["jobs"]!.AsArray().Select(job => job!));
            cursor = page["next"]?.GetValue<string>();
        }
        while (cursor is not null);
        return jobs;
    }

    public void Dispose() => http.Dispose();

    async Task<JsonNode> Send(HttpMethod method, string path, JsonNode? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue("application/json"));
        using var answer = await http.SendAsync(request);
        return await Json(answer);
    }

    static async Task<JsonNode> Json(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new DoorException(answer.StatusCode, text);
        return JsonNode.Parse(text.Length == 0 ? "null" : text) ?? new JsonObject();
    }
}

/// <summary>The server said no.</summary>
public sealed class DoorException(HttpStatusCode status, string body) : Exception($"{(int)status} {body}")
{
    public HttpStatusCode Status => status;

    public string Body => body;
}
