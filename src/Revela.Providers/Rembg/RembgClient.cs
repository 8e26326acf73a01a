using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Revela.Core.Ledger;
using Revela.Providers.Line;

namespace Revela.Providers.Rembg;

/// <summary>The HTTP interface of <c>rembg s</c>: a multipart form in, a PNG out.</summary>
public sealed class RembgClient(IHttpClientFactory clients, RembgOptions options, TimeProvider time)
{
    public const string Name = "rembg";
    const long MostReplyBytes = 200 * 1024 * 1024;

    readonly ServiceLine line = new(Name, clients, options.Timeout, time);

    public CallLimits Limits => new(options.RequestsPerMinute, options.ConcurrentRequests);

    public bool HasAddress => options.Endpoint is not null;

    /// <param name="model">Null for the one of the settings.</param>
    public Task<ServiceAnswer> Remove(ServiceCall call, string? model, CancellationToken cancel) =>
        line.Ask(() => Request(call, model ?? options.Model), (reply, token) => Read(reply, call.ReplyPath, model ?? options.Model, token), cancel);

    /// <summary>Loads the server's own documentation page: it answers, and no picture is worked on.</summary>
    public Task<ServiceAnswer> Probe(CancellationToken cancel) => line.Ask(
        () => new HttpRequestMessage(HttpMethod.Get, Address("/api")),
        (reply, _) => Task.FromResult<ServiceAnswer>(reply.IsSuccessStatusCode ? new ServiceAnswer.Empty("it answers") : new ServiceAnswer.Away($"it answers with status {(int)reply.StatusCode}")),
        cancel);

    HttpRequestMessage Request(ServiceCall call, string? model)
    {
        var form = new MultipartFormDataContent();
        form.Add(new StreamContent(File.OpenRead(call.PicturePath)) { Headers = { ContentType = new MediaTypeHeaderValue(call.ContentType) } }, "file", "picture.jpg");
        if (model is not null) form.Add(new StringContent(model), "model");
        if (options.AlphaMatting)
        {
            form.Add(new StringContent("true"), "a");
            form.Add(Number(options.ForegroundThreshold), "af");
            form.Add(Number(options.BackgroundThreshold), "ab");
            form.Add(Number(options.ErodeSize), "ae");
        }
        var request = new HttpRequestMessage(HttpMethod.Post, Address("/api/remove")) { Content = form };
        request.Headers.Add(ServiceCall.IdHeader, call.Id);
        return request;
    }

    async Task<ServiceAnswer> Read(HttpResponseMessage reply, string path, string? model, CancellationToken cancel)
    {
        var status = (int)reply.StatusCode;
        if (status == 200)
        {
            var fault = await Replies.Save(reply.Content, path, MostReplyBytes, cancel);
            return fault is null ? new ServiceAnswer.Picture(path, model is null ? Name : $"{Name}-{model}") : new ServiceAnswer.Broken($"rembg's answer cannot be used: {fault}.");
        }
        var reason = await Reason(reply, cancel);
        return status switch
        {
            429 => new ServiceAnswer.RateLimited(Replies.RetryAfter(reply, time)),
            404 or 405 => new ServiceAnswer.Misconfigured("rembg.endpoint", $"what answers there is no rembg server ({status})."),
            >= 500 => new ServiceAnswer.Away($"The rembg server failed ({status}: {reason})."),
            >= 400 => new ServiceAnswer.Unfit($"The rembg server does not take the request ({status}: {reason})."),
            _ => new ServiceAnswer.Broken($"The rembg server answered with status {status}, which it should not."),
        };
    }

    // A missing field, a wrong model: FastAPI's {"detail": …}.
    static async Task<string> Reason(HttpResponseMessage reply, CancellationToken cancel)
    {
        using var json = await Replies.ErrorJson(reply.Content, cancel);
        var detail = json?.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("detail", out var found) ? found.ToString() : null;
        return Replies.Plain(detail, key: null);
    }

    string Address(string path) => options.Endpoint!.TrimEnd('/') + path;

    static StringContent Number(int value) => new(value.ToString(CultureInfo.InvariantCulture));
}
