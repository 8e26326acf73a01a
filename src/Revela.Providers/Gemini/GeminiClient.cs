using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.Core.Ledger;
using Revela.Providers.Line;

namespace Revela.Providers.Gemini;

/// <summary>Gemini's <c>generateContent</c> for pictures: JSON with base64 in, JSON with base64 out.</summary>
public sealed class GeminiClient(IHttpClientFactory clients, GeminiOptions options, TimeProvider time)
{
    public const string Name = "gemini";

    // 30 million letters of base64, and what stands around them.
    const int MostReplyBytes = 32_000_000;

    readonly ServiceLine line = new(Name, clients, options.Timeout, time);

    public CallLimits Limits => new(options.RequestsPerMinute, options.ConcurrentRequests);

    public bool HasKey => options.ReadKey() is not null;

    public string Model => options.Model;

    /// <param name="prompt">As sent.</param>
    /// <param name="aspectRatio">Null for the picture's own.</param>
    /// <param name="size">512, 1K, 2K or 4K.</param>
    public Task<ServiceAnswer> Paint(ServiceCall call, string prompt, string? aspectRatio, string size, CancellationToken cancel) => line.Ask(
        () => Request(call, prompt, aspectRatio, size), (reply, token) => Read(reply, call.ReplyPath, Price(size), token), cancel);

    /// <summary>Asks what the model is; painting nothing costs nothing.</summary>
    public Task<ServiceAnswer> Probe(CancellationToken cancel) => line.Ask(
        () => WithKey(new HttpRequestMessage(HttpMethod.Get, $"{Base}/v1beta/models/{options.Model}")),
        async (reply, token) => reply.IsSuccessStatusCode ? new ServiceAnswer.Empty($"it has {options.Model}") : await Refusal(reply, token),
        cancel);

    string Base => options.Endpoint.TrimEnd('/');

    /// <summary>Of one picture of this size, in US dollars.</summary>
    public decimal Price(string size) => (decimal?)options.UsdPerImage ?? GeminiPrices.Of(options.Model, size) ?? 0;

    HttpRequestMessage Request(ServiceCall call, string prompt, string? aspectRatio, string size)
    {
        var shape = new JsonObject { ["imageSize"] = size };
        if (aspectRatio is not null) shape["aspectRatio"] = aspectRatio;
        var body = new JsonObject
        {
            ["contents"] = new JsonArray(new JsonObject
            {
                ["role"] = "user",
                ["parts"] = new JsonArray([new JsonObject { ["text"] = prompt }, .. call.References.Prepend(call.PicturePath).Select(path => Picture(path, call.ContentType))]),
            }),
            // Words are asked for too, so that a refusal has some.
            ["generationConfig"] = new JsonObject { ["responseModalities"] = new JsonArray("TEXT", "IMAGE"), ["imageConfig"] = shape },
        };
        var request = new HttpRequestMessage(HttpMethod.Post, $"{Base}/v1beta/models/{options.Model}:generateContent")
        {
            Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add(ServiceCall.IdHeader, call.Id);
        return WithKey(request);
    }

    static JsonObject Picture(string path, string contentType) =>
        new() { ["inlineData"] = new JsonObject { ["mimeType"] = contentType, ["data"] = Convert.ToBase64String(File.ReadAllBytes(path)) } };

    HttpRequestMessage WithKey(HttpRequestMessage request)
    {
        request.Headers.Add("x-goog-api-key", options.ReadKey());
        return request;
    }

    async Task<ServiceAnswer> Read(HttpResponseMessage reply, string path, decimal price, CancellationToken cancel)
    {
        if (!reply.IsSuccessStatusCode) return await Refusal(reply, cancel);
        using var json = await Replies.Json(reply.Content, MostReplyBytes, cancel);
        return json is null
            ? new ServiceAnswer.Broken("Gemini's answer is no JSON, or larger than is taken.") { CostUsd = price }
            : await GeminiReply.Judge(json.RootElement, path, options.Model, price, cancel);
    }

    async Task<ServiceAnswer> Refusal(HttpResponseMessage reply, CancellationToken cancel)
    {
        using var json = await Replies.ErrorJson(reply.Content, cancel);
        return GeminiErrors.Judge((int)reply.StatusCode, json?.RootElement, options, Replies.RetryAfter(reply, time), time.GetUtcNow());
    }
}
