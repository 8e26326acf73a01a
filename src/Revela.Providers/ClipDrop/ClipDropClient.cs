using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.Core.Ledger;
using Revela.Providers.Line;

namespace Revela.Providers.ClipDrop;

/// <summary>ClipDrop's HTTP interface (clipdrop.co/apis/docs): multipart in, a picture and credit headers out.</summary>
public sealed class ClipDropClient(IHttpClientFactory clients, ClipDropOptions options, TimeProvider time)
{
    public const string Name = "clipdrop";
    const long MostReplyBytes = 100 * 1024 * 1024;

    readonly ServiceLine line = new(Name, clients, options.Timeout, time);

    /// <summary>What one credit costs, in US dollars.</summary>
    public decimal UsdPerCredit => (decimal)options.UsdPerCredit;

    public CallLimits Limits => new(options.RequestsPerMinute, options.ConcurrentRequests);

    public bool HasKey => options.ReadKey() is not null;

    public Task<ServiceAnswer> RemoveBackground(ServiceCall call, CancellationToken cancel) => line.Ask(
        () => Request(File.OpenRead(call.PicturePath), call.Id), (reply, token) => Read(reply, call.ReplyPath, token), cancel);

    /// <summary>Asks for nothing: a key that is taken is told that the picture is missing (400), and no credit goes.</summary>
    public Task<ServiceAnswer> Probe(CancellationToken cancel) => line.Ask(() => Request(null, null), (reply, token) => Read(reply, null, token), cancel);

    HttpRequestMessage Request(Stream? picture, string? id)
    {
        var form = new MultipartFormDataContent();
        if (picture is not null) form.Add(new StreamContent(picture) { Headers = { ContentType = new MediaTypeHeaderValue(ServiceCall.ContentType) } }, "image_file", "picture.jpg");
        form.Add(new StringContent("discard_alpha_layer"), "transparency_handling");
        var request = new HttpRequestMessage(HttpMethod.Post, options.Endpoint.TrimEnd('/') + options.RemoveBackgroundPath) { Content = form };
        request.Headers.Add("x-api-key", options.ReadKey());
        request.Headers.Accept.ParseAdd("image/png");
        if (id is not null) request.Headers.Add(ServiceCall.IdHeader, id);
        return request;
    }

    async Task<ServiceAnswer> Read(HttpResponseMessage reply, string? path, CancellationToken cancel)
    {
        var status = (int)reply.StatusCode;
        if (status != 200 || path is null) return Judge(status, await Reason(reply, cancel), reply);
        var credits = Header(reply, "x-credits-consumed") ?? 1;
        var cost = (decimal)(credits * options.UsdPerCredit);
        if (await Replies.Save(reply.Content, path, MostReplyBytes, cancel) is { } fault) return new ServiceAnswer.Broken($"ClipDrop's answer cannot be used: {fault}.") { CostUsd = cost };
        var notes = new JsonObject { ["credits"] = credits };
        if (Header(reply, "x-remaining-credits") is { } left) notes["credits_left"] = left;
        return new ServiceAnswer.Picture(path, $"{Name}-1", notes) { CostUsd = cost };
    }

    ServiceAnswer Judge(int status, string reason, HttpResponseMessage reply) => status switch
    {
        401 => new ServiceAnswer.Misconfigured("clipdrop.key", $"ClipDrop sees no key ({reason})."),
        403 => new ServiceAnswer.Misconfigured("clipdrop.key", $"ClipDrop does not know the key, or it was revoked ({reason})."),
        404 => new ServiceAnswer.Misconfigured("clipdrop.remove_background_path", $"ClipDrop has nothing there ({reason})."),
        402 => new ServiceAnswer.OutOfCredit($"ClipDrop has no credits left ({reason})."),
        429 => new ServiceAnswer.RateLimited(Replies.RetryAfter(reply, time)),
        >= 500 => new ServiceAnswer.Away($"ClipDrop failed ({status}: {reason})."),
        >= 400 => new ServiceAnswer.Unfit($"ClipDrop does not take the picture ({status}: {reason})."),
        _ => new ServiceAnswer.Broken($"ClipDrop answered with status {status}, which it should not."),
    };

    async Task<string> Reason(HttpResponseMessage reply, CancellationToken cancel)
    {
        using var json = await Replies.ErrorJson(reply.Content, cancel);
        var text = json?.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String ? error.GetString() : null;
        return Replies.Plain(text, options.ReadKey());
    }

    static double? Header(HttpResponseMessage reply, string name) =>
        reply.Headers.TryGetValues(name, out var values) && double.TryParse(values.First(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
