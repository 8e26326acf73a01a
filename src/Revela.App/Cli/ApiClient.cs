using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.Core;

namespace Revela.App.Cli;

/// <summary>
/// Speaks HTTP with a server. A server that is busy or restarting is waited for; one that never answered is not.
/// </summary>
sealed class ApiClient : IDisposable
{
    const int Tries = 60;
    readonly HttpClient http;
    volatile bool hasAnswered;

    public ApiClient(ServerAddress server)
    {
        http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) }) { BaseAddress = server.Url, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Key);
    }

    public Uri Server => http.BaseAddress!;

    public Task<T> Get<T>(string path, CancellationToken cancel) => Send<T>(() => new HttpRequestMessage(HttpMethod.Get, path), cancel);

    public Task<T> Post<T>(string path, JsonNode? body, CancellationToken cancel) =>
        Send<T>(() => new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) }, cancel);

    public Task<T> Change<T>(string path, JsonNode body, CancellationToken cancel) =>
        Send<T>(() => new HttpRequestMessage(HttpMethod.Patch, path) { Content = JsonContent.Create(body) }, cancel);

    public Task<T> Put<T>(string path, JsonNode body, CancellationToken cancel) =>
        Send<T>(() => new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body) }, cancel);

    public async Task Delete(string path, CancellationToken cancel) => (await SendOne(() => new HttpRequestMessage(HttpMethod.Delete, path), cancel)).Dispose();

    /// <summary>Sends a file with its fields. A repeat after a broken connection is answered with the first one's job.</summary>
    public Task<T> Upload<T>(string path, string file, IReadOnlyDictionary<string, string> fields, CancellationToken cancel)
    {
        var key = Guid.NewGuid().ToString("N");
        return Send<T>(
            () =>
            {
                var form = new MultipartFormDataContent();
                foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
                form.Add(new StreamContent(File.OpenRead(file)), "file", Path.GetFileName(file).Replace('"', '_'));
                var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
                request.Headers.Add("Idempotency-Key", key);
                return request;
            },
            cancel);
    }

    /// <summary>Writes what a link gives to a file that appears only when it is whole.</summary>
    public async Task Download(string link, string path, CancellationToken cancel)
    {
        using var answer = await SendOne(() => new HttpRequestMessage(HttpMethod.Get, link), cancel);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var draft = path + ".part";
        await using (var file = File.Create(draft)) await answer.Content.CopyToAsync(file, cancel);
        File.Move(draft, path, overwrite: true);
    }

    /// <summary>The events of the tenant, from now on or behind an id.</summary>
    public Task<HttpResponseMessage> OpenEvents(string? after, CancellationToken cancel) => SendOne(
        () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/events");
            if (after is not null) request.Headers.Add("Last-Event-ID", after);
            return request;
        },
        cancel);

    async Task<T> Send<T>(Func<HttpRequestMessage> make, CancellationToken cancel)
    {
        using var answer = await SendOne(make, cancel);
        return await answer.Content.ReadFromJsonAsync<T>(RevelaJson.Options, cancel) ?? throw new InvalidDataException("the server's answer is empty");
    }

    async Task<HttpResponseMessage> SendOne(Func<HttpRequestMessage> make, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan pause;
            try
            {
                using var request = make();
                var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
                hasAnswered = true;
                if (answer.IsSuccessStatusCode) return answer;
                using (answer) throw await Refusal(answer, cancel);
            }
            catch (ApiException busy) when (busy.Status == HttpStatusCode.ServiceUnavailable && attempt < Tries)
            {
                pause = busy.RetryAfter is { } asked && asked < TimeSpan.FromSeconds(10) ? asked : TimeSpan.FromSeconds(1);
            }
            catch (Exception e) when (e is HttpRequestException or SocketException && hasAnswered && attempt < Tries / 4)
            {
                pause = TimeSpan.FromSeconds(1);
            }
            await Task.Delay(pause, TimeProvider.System, cancel);
        }
    }

    static async Task<ApiException> Refusal(HttpResponseMessage answer, CancellationToken cancel)
    {
        JsonObject? problem = null;
        try
        {
            problem = await answer.Content.ReadFromJsonAsync<JsonObject>(cancel);
        }
        catch (JsonException)
        {
            // Not one of ours: a proxy's page.
        }
        var status = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        return new ApiException(
            answer.StatusCode, problem?["code"]?.ToString() ?? status, problem?["detail"]?.ToString() ?? $"the server answered {status}", answer.Headers.RetryAfter?.Delta);
    }

    public void Dispose() => http.Dispose();
}
