using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.Core.Ledger;
using Revela.Providers.Line;

namespace Revela.Providers.Cloudinary;

/// <summary>Cloudinary's upload interface: signed forms in, JSON out.</summary>
public sealed class CloudinaryClient(IHttpClientFactory clients, CloudinaryOptions options, TimeProvider time)
{
    public const string Name = "cloudinary";
    const int MostReplyBytes = 1024 * 1024;

    readonly ServiceLine line = new(Name, clients, options.Timeout, time);

    public CallLimits Limits => new(options.RequestsPerMinute, options.ConcurrentRequests);

    /// <summary>Null when all of cloud, key and secret are there.</summary>
    public string? Missing => options.Cloud is not null && options.Key is not null && options.ReadSecret() is not null
        ? null
        : "cloudinary is not set up here: put the cloud, its key and its secret into cloudinary.cloud, cloudinary.key and cloudinary.secret (REVELA_CLOUDINARY_SECRET), or name a file with the secret in cloudinary.secret_file.";

    /// <summary>A picture under a public id, in the place of one that is there.</summary>
    public Task<ServiceAnswer> Upload(ServiceCall call, string publicId, bool overwrite, CancellationToken cancel) => line.Ask(
        () =>
        {
            var picture = new StreamContent(File.OpenRead(call.PicturePath)) { Headers = { ContentType = new MediaTypeHeaderValue(call.ContentType) } };
            var request = Signed("upload", [new("public_id", Whole(publicId)), new("overwrite", overwrite ? "true" : "false")], picture);
            request.Headers.Add(ServiceCall.IdHeader, call.Id);
            return request;
        },
        (reply, token) => ReadUpload(reply, call.PicturePath, token), cancel);

    /// <summary>Takes the picture of this name away; one that is not there is away already.</summary>
    public Task<ServiceAnswer> Destroy(string publicId, CancellationToken cancel) => line.Ask(
        () => Signed("destroy", [new("public_id", Whole(publicId)), new("invalidate", "true")], picture: null), ReadDestroy, cancel);

    string Whole(string publicId) => options.Folder is { } folder ? $"{folder}/{publicId}" : publicId;

    // A signature holds for an hour from its time.
    HttpRequestMessage Signed(string action, KeyValuePair<string, string>[] parameters, HttpContent? picture)
    {
        KeyValuePair<string, string>[] signed = [.. parameters, new("timestamp", time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture))];
        var form = new MultipartFormDataContent();
        if (picture is not null) form.Add(picture, "file", "picture");
        foreach (var (name, value) in signed) form.Add(new StringContent(value), name);
        form.Add(new StringContent(options.Key!), "api_key");
        form.Add(new StringContent(CloudinarySignature.Of(signed, options.ReadSecret() ?? "")), "signature");
        return new HttpRequestMessage(HttpMethod.Post, $"{options.Endpoint.TrimEnd('/')}/v1_1/{options.Cloud}/image/{action}") { Content = form };
    }

    async Task<ServiceAnswer> ReadUpload(HttpResponseMessage reply, string path, CancellationToken cancel)
    {
        if (!reply.IsSuccessStatusCode) return await Refusal(reply, cancel);
        using var json = await Replies.Json(reply.Content, MostReplyBytes, cancel);
        if (Text(json, "public_id") is not { } id || Text(json, "version") is not { } version || Text(json, "signature") is not { } signature || Text(json, "secure_url") is not { } url)
            return new ServiceAnswer.Broken("Cloudinary's answer to an upload has not what it should have.");
        if (!CloudinarySignature.IsOf(signature, [new("public_id", id), new("version", version)], options.ReadSecret() ?? ""))
            return new ServiceAnswer.Broken("Cloudinary's answer to an upload is not signed with this account's secret.");
        var notes = new JsonObject { ["url"] = url, ["public_id"] = id, ["version"] = version, ["asset_id"] = Text(json, "asset_id") };
        return new ServiceAnswer.Picture(path, Name, notes);
    }

    async Task<ServiceAnswer> ReadDestroy(HttpResponseMessage reply, CancellationToken cancel)
    {
        if (!reply.IsSuccessStatusCode) return await Refusal(reply, cancel);
        using var json = await Replies.Json(reply.Content, MostReplyBytes, cancel);
        return Text(json, "result") is "ok" or "not found" ? new ServiceAnswer.Empty("it is away") : new ServiceAnswer.Broken("Cloudinary's answer makes no sense.");
    }

    async Task<ServiceAnswer> Refusal(HttpResponseMessage reply, CancellationToken cancel)
    {
        using var json = await Replies.ErrorJson(reply.Content, cancel);
        var error = json?.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("error", out var found) && found.ValueKind == JsonValueKind.Object
            && found.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String ? message.GetString() : null;
        var (status, reason) = ((int)reply.StatusCode, Replies.Plain(error, options.ReadSecret()));
        return status switch
        {
            401 or 403 => new ServiceAnswer.Misconfigured("cloudinary.secret", $"Cloudinary does not take the key or the signature ({reason})."),
            404 => new ServiceAnswer.Misconfigured("cloudinary.cloud", $"Cloudinary has no such cloud ({reason})."),
            // 420 is its own word for too many calls.
            420 or 429 => new ServiceAnswer.RateLimited(Replies.RetryAfter(reply, time)),
            408 or >= 500 => new ServiceAnswer.Away($"Cloudinary failed ({status}: {reason})."),
            >= 400 => new ServiceAnswer.Unfit($"Cloudinary does not take the picture ({status}: {reason})."),
            _ => new ServiceAnswer.Broken($"Cloudinary answered with status {status}, which it should not."),
        };
    }

    // Versions are numbers in JSON.
    static string? Text(JsonDocument? json, string name) =>
        json?.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;
}
