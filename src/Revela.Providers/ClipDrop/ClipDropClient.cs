using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.Core.Ledger;
using Revela.Providers.Fitting;
using Revela.Providers.Line;
using Revela.Providers.Prices;

namespace Revela.Providers.ClipDrop;

/// <summary>ClipDrop's HTTP interface (clipdrop.co/apis/docs): multipart in, a picture and credit headers out.</summary>
public sealed class ClipDropClient(IHttpClientFactory clients, ClipDropOptions options, TimeProvider time)
{
    public const string Name = "clipdrop";
    const long MostReplyBytes = 100 * 1024 * 1024;

    readonly ServiceLine line = new(Name, clients, options.Timeout, time);

    /// <summary>In US dollars, by the credits of the price table.</summary>
    public decimal Price(string operation) => (PriceTable.Published.Of(Name, operation).FirstOrDefault()?.Credits ?? 1) * (decimal)options.UsdPerCredit;

    public CallLimits Limits => new(options.RequestsPerMinute, options.ConcurrentRequests);

    /// <summary>Null when there is a key.</summary>
    public string? Missing => options.ReadKey() is not null ? null : "clipdrop is not set up here: put its key into clipdrop.key (REVELA_CLIPDROP_KEY) or name a file with it in clipdrop.key_file.";

    public Task<ServiceAnswer> RemoveBackground(ServiceCall call, CancellationToken cancel) => Ask(Cutout, call, Opaque, cancel);

    public Task<ServiceAnswer> Upscale(ServiceCall call, CancellationToken cancel) => Ask(Larger, call, [("target_width", Text(call.Width)), ("target_height", Text(call.Height))], cancel);

    /// <summary>Asks for nothing: a key that is taken is told that the picture is missing (400), and no credit goes.</summary>
    Task<ServiceAnswer> Probe(CancellationToken cancel) => line.Ask(() => Request(Cutout.Path, null, Opaque), (reply, token) => Read(reply, Cutout, null, token), cancel);

    /// <summary>One sentence: what answered.</summary>
    /// <exception cref="InvalidOperationException">It does not work, and why.</exception>
    public async Task<string> Check(CancellationToken cancel) => await Probe(cancel) switch
    {
        ServiceAnswer.Unfit => "its key is taken",
        ServiceAnswer.OutOfCredit empty => throw new InvalidOperationException(empty.Reason),
        var other => throw new InvalidOperationException(Finishes.Words(other)),
    };

    // What is sent is opaque; ClipDrop would give back anything else as it came.
    static readonly (string Name, string Value)[] Opaque = [("transparency_handling", "discard_alpha_layer")];

    // A path with the setting that it stands in.
    (string Path, string Setting) Cutout => (options.RemoveBackgroundPath, "clipdrop.remove_background_path");
    (string Path, string Setting) Larger => (options.UpscalePath, "clipdrop.upscale_path");

    Task<ServiceAnswer> Ask((string Path, string Setting) what, ServiceCall call, (string Name, string Value)[] fields, CancellationToken cancel) => line.Ask(
        () => Request(what.Path, call, fields), (reply, token) => Read(reply, what, call.ReplyPath, token), cancel);

    HttpRequestMessage Request(string path, ServiceCall? call, (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        if (call is not null) form.Add(new StreamContent(File.OpenRead(call.PicturePath)) { Headers = { ContentType = new MediaTypeHeaderValue(call.ContentType) } }, "image_file", "picture.jpg");
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        var request = new HttpRequestMessage(HttpMethod.Post, options.Endpoint.TrimEnd('/') + path) { Content = form };
        request.Headers.Add("x-api-key", options.ReadKey());
        request.Headers.Accept.ParseAdd("image/png, image/jpeg, image/webp");
        if (call is not null) request.Headers.Add(ServiceCall.IdHeader, call.Id);
        return request;
    }

    async Task<ServiceAnswer> Read(HttpResponseMessage reply, (string Path, string Setting) what, string? path, CancellationToken cancel)
    {
        var status = (int)reply.StatusCode;
        if (status != 200 || path is null) return Judge(status, await Reason(reply, cancel), what.Setting, reply);
        var credits = Header(reply, "x-credits-consumed") ?? 1;
        var cost = (decimal)(credits * options.UsdPerCredit);
        if (await Replies.Save(reply.Content, path, MostReplyBytes, cancel) is { } fault) return new ServiceAnswer.Broken($"ClipDrop's answer cannot be used: {fault}.") { CostUsd = cost };
        var notes = new JsonObject { ["credits"] = credits };
        if (Header(reply, "x-remaining-credits") is { } left) notes["credits_left"] = left;
        return new ServiceAnswer.Picture(path, $"{Name}-1", notes) { CostUsd = cost };
    }

    ServiceAnswer Judge(int status, string reason, string pathSetting, HttpResponseMessage reply) => status switch
    {
        401 => new ServiceAnswer.Misconfigured("clipdrop.key", $"ClipDrop sees no key ({reason})."),
        403 => new ServiceAnswer.Misconfigured("clipdrop.key", $"ClipDrop does not know the key, or it was revoked ({reason})."),
        404 => new ServiceAnswer.Misconfigured(pathSetting, $"ClipDrop has nothing there ({reason})."),
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

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    static double? Header(HttpResponseMessage reply, string name) =>
        reply.Headers.TryGetValues(name, out var values) && double.TryParse(values.First(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
