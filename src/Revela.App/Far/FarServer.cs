using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Revela.App.Api;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Far;

/// <summary>
/// Speaks HTTP with the server that a far worker works for. What the server says no to is a <see cref="RevelaException"/> in its own words,
/// what it cannot do now an <see cref="OutageException"/>; no answer at all is an <see cref="HttpRequestException"/>.
/// </summary>
sealed class FarServer : IDisposable
{
    static readonly TimeSpan ShortAnswer = TimeSpan.FromSeconds(10);
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200), LongestPause = TimeSpan.FromSeconds(5);

    readonly HttpClient http;
    readonly HttpClient elsewhere;
    readonly TimeProvider time;

    public FarServer(FarAddress address, TimeProvider time)
    {
        this.time = time;
        http = new HttpClient(Handler()) { BaseAddress = address.Url, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", address.Key);
        // Never told the key: links to the storage carry their own right.
        elsewhere = new HttpClient(Handler()) { Timeout = Timeout.InfiniteTimeSpan };
    }

    // The key goes where it was meant for and nowhere else, so nothing is followed by itself.
    static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    public Task<T> Get<T>(string path, TimeSpan atMost, CancellationToken cancel) =>
        Ask<T>(() => new HttpRequestMessage(HttpMethod.Get, Relative(path)), atMost, cancel);

    public Task<T> Post<T>(string path, object body, CancellationToken cancel) => Ask<T>(() => Json(HttpMethod.Post, path, body), ShortAnswer, cancel);

    /// <summary>For routes that are answered without a body.</summary>
    public async Task Tell(HttpMethod method, string path, object? body, CancellationToken cancel) =>
        (await Send(http, () => Json(method, path, body), ShortAnswer, cancel)).Dispose();

    /// <summary>Sends a file.</summary>
    /// <param name="sha256">Lower-case hex.</param>
    public Task<T> Upload<T>(string path, string file, string sha256, CancellationToken cancel) => Ask<T>(
        () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Put, Relative(path)) { Content = new StreamContent(File.OpenRead(file)) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            request.Headers.TryAddWithoutValidation("Content-Digest", $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(sha256))}:");
            // What is refused is refused before its bytes are sent.
            request.Headers.ExpectContinue = true;
            return request;
        },
        TimeForBytes(new FileInfo(file).Length), cancel);

    /// <summary>The bytes of a picture from a place on, or 307 to where they are; to be disposed.</summary>
    public Task<HttpResponseMessage> Open(string path, long from, string sha256, CancellationToken cancel) => Send(
        http,
        () =>
        {
            var request = From(Relative(path), from);
            if (from > 0) request.Headers.IfRange = new RangeConditionHeaderValue($"\"{sha256}\"");
            return request;
        },
        ShortAnswer, cancel);

    /// <summary>The same from a link to the storage.</summary>
    public Task<HttpResponseMessage> OpenElsewhere(Uri link, long from, CancellationToken cancel) => Send(elsewhere, () => From(link, from), ShortAnswer, cancel);

    /// <summary>Repeats until there is an answer, with pauses that grow; only cancelling ends it otherwise.</summary>
    public async Task<T> Insist<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await ask(cancel);
            }
            catch (HttpRequestException) when (!cancel.IsCancellationRequested)
            {
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, cancel);
            }
        }
    }

    async Task<T> Ask<T>(Func<HttpRequestMessage> make, TimeSpan atMost, CancellationToken cancel)
    {
        using var answer = await Send(http, make, atMost, cancel);
        using var late = new CancellationTokenSource(ShortAnswer, time);
        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            return await answer.Content.ReadFromJsonAsync<T>(RevelaJson.Options, within.Token) ?? throw new HttpRequestException("The server's answer is empty.");
        }
        catch (Exception e) when (e is not HttpRequestException && IsBreak(e, cancel))
        {
            throw new HttpRequestException("The server's answer broke off.", e);
        }
    }

    async Task<HttpResponseMessage> Send(HttpClient client, Func<HttpRequestMessage> make, TimeSpan atMost, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(atMost, time);
        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        HttpResponseMessage answer;
        try
        {
            using var request = make();
            answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, within.Token);
        }
        catch (Exception e) when (e is not HttpRequestException && IsBreak(e, cancel))
        {
            throw new HttpRequestException("The server does not answer.", e);
        }
        if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.TemporaryRedirect) return answer;
        using (answer) throw await Refusal(answer, within.Token);
    }

    // What does not speak like Revela is something on the way, such as a proxy whose server is away.
    static async Task<Exception> Refusal(HttpResponseMessage answer, CancellationToken within)
    {
        Problem? problem = null;
        try
        {
            problem = await answer.Content.ReadFromJsonAsync<Problem>(RevelaJson.Options, within);
        }
        catch (Exception e) when (e is JsonException or IOException or HttpRequestException or OperationCanceledException or NotSupportedException)
        {
            // Told by its status alone.
        }
        if (problem?.Code is not { } code) return new HttpRequestException($"The answer was {(int)answer.StatusCode}, and not from Revela.");
        return answer.StatusCode == HttpStatusCode.ServiceUnavailable
            ? new OutageException(code, problem.Detail)
            : new RevelaException(new JobError(code, problem.Detail, problem.Retryable));
    }

    /// <summary>Whether it says that the network broke, or that there was no end of waiting, rather than that the caller gave up.</summary>
    public static bool IsBreak(Exception e, CancellationToken cancel) =>
        e is IOException or HttpRequestException or JsonException || e is OperationCanceledException && !cancel.IsCancellationRequested;

    static HttpRequestMessage Json(HttpMethod method, string path, object? body) =>
        new(method, Relative(path)) { Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: RevelaJson.Options) };

    static HttpRequestMessage From(Uri address, long from)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (from > 0) request.Headers.Range = new RangeHeaderValue(from, null);
        return request;
    }

    // A server may live under a path of its host.
    static Uri Relative(string path) => new(path.TrimStart('/'), UriKind.Relative);

    // As slow as 64 KB a second is no break yet.
    static TimeSpan TimeForBytes(long bytes) => TimeSpan.FromSeconds(30 + bytes / 65_536.0);

    public void Dispose()
    {
        http.Dispose();
        elsewhere.Dispose();
    }
}
