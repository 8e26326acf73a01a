using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Revela.Core.Assets;
using Revela.Providers.Fakes;

namespace Revela.Providers.Gemini;

/// <summary>Plays Gemini's <c>generateContent</c>: paints a disc, thinks aloud before it does, and says what it will not do.</summary>
public static class GeminiFake
{
    public static Task<FakeService> Start(int port, IHeaderReader headers, TimeProvider time, CancellationToken cancel) => FakeService.Start(port, time, (app, fake) =>
    {
        app.MapGet("/v1beta/models/{model}", http => Describe(http));
        app.MapPost("/v1beta/models/{model}:generateContent", http => Paint(http, fake, headers));
    }, cancel);

    static Task Describe(HttpContext http)
    {
        if (!HasKey(http)) return NoKey(http);
        var model = (string)http.Request.RouteValues["model"]!;
        return GeminiPrices.Gone.ContainsKey(model) ? NotFound(http) : FakeService.Json(http, 200, $$"""{"name":"models/{{model}}"}""");
    }

    static async Task Paint(HttpContext http, FakeService fake, IHeaderReader headers)
    {
        if (!HasKey(http)) await NoKey(http);
        else if (await Asked(http, headers) is not var (side, pictures)) await Error(http, 400, "INVALID_ARGUMENT", "Request contains an invalid argument.");
        else await Answer(http, fake, side, pictures);
    }

    static Task Answer(HttpContext http, FakeService fake, int side, int pictures) => fake.Take(http, IsCharged, pictures) switch
    {
        Trouble.RateLimit => Error(http, 429, "RESOURCE_EXHAUSTED", "Resource has been exhausted."),
        Trouble.RateLimitWithDelay => Limited(http, "GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "1.5s"),
        Trouble.DayQuota => Limited(http, "GenerateRequestsPerDayPerProjectPerModel-FreeTier", "34s"),
        Trouble.BadKey => NoKey(http),
        Trouble.NoCredit => Error(http, 403, "PERMISSION_DENIED", "Billing is not enabled."),
        Trouble.UnknownModel => NotFound(http),
        Trouble.BadRequest => Error(http, 400, "INVALID_ARGUMENT", "Request contains an invalid argument."),
        Trouble.ServerError => Error(http, 503, "UNAVAILABLE", "The model is overloaded."),
        Trouble.Refusal => FakeService.Json(http, 200, """{"candidates":[{"finishReason":"IMAGE_SAFETY","content":{"parts":[{"text":"I cannot paint that."}]}}]}"""),
        Trouble.NoPicture => FakeService.Json(http, 200, """{"candidates":[{"finishReason":"NO_IMAGE"}]}"""),
        Trouble.Nonsense => FakeService.Json(http, 200, """{"candidates":[{"finishReason":"STOP","content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"bm8gcGljdHVyZQ=="}}]}}]}"""),
        Trouble.Cut => FakeService.Cut(http, Encoding.UTF8.GetBytes(Painted(side))),
        Trouble.Silence => fake.Silence(http),
        _ => FakeService.Json(http, 200, Painted(side)),
    };

    static bool IsCharged(Trouble trouble) => trouble is Trouble.None or Trouble.Cut or Trouble.Silence or Trouble.Nonsense;

    static string Painted(int side)
    {
        static JsonObject Image(int side, bool thought)
        {
            var part = new JsonObject { ["inlineData"] = new JsonObject { ["mimeType"] = "image/png", ["data"] = Convert.ToBase64String(PaintedPng.Disc(side, side, transparent: false)) } };
            if (thought) part["thought"] = true;
            return part;
        }
        return new JsonObject
        {
            ["candidates"] = new JsonArray(new JsonObject
            {
                ["finishReason"] = "STOP",
                ["content"] = new JsonObject
                {
                    ["role"] = "model",
                    ["parts"] = new JsonArray(new JsonObject { ["thought"] = true, ["text"] = "A draft first." }, Image(16, thought: true), new JsonObject { ["text"] = "Here it is." }, Image(side, thought: false)),
                },
            }),
            ["usageMetadata"] = new JsonObject
            {
                ["promptTokenCount"] = 300,
                ["candidatesTokensDetails"] = new JsonArray(new JsonObject { ["modality"] = "IMAGE", ["tokenCount"] = 1120 }),
            },
        }.ToJsonString();
    }

    // Null for what Gemini would call an invalid argument.
    static async Task<(int Side, int Pictures)?> Asked(HttpContext http, IHeaderReader headers)
    {
        try
        {
            var body = await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            var pictures = body!["contents"]![0]!["parts"]!.AsArray().Where(part => part!["inlineData"] is not null).Select(part => Convert.FromBase64String(part!["inlineData"]!["data"]!.GetValue<string>())).ToArray();
            if (pictures.Length == 0 || pictures.Any(bytes => FakeService.Size(new MemoryStream(bytes), headers) is null)) return null;
            int? side = body["generationConfig"]!["imageConfig"]!["imageSize"]!.GetValue<string>() switch { "512" => 512, "1K" => 1024, "2K" => 2048, "4K" => 4096, _ => null };
            return side is { } asked ? (asked, pictures.Length) : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or NullReferenceException)
        {
            return null;
        }
    }

    static bool HasKey(HttpContext http) => !string.IsNullOrEmpty(http.Request.Headers["x-goog-api-key"]);

    static Task NotFound(HttpContext http) => Error(http, 404, "NOT_FOUND", "The model is not found for API version v1beta.");

    static Task NoKey(HttpContext http) => Error(http, 400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", """{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}""");

    static Task Limited(HttpContext http, string quota, string delay) => Error(http, 429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.",
        $$"""{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaMetric":"generate_requests","quotaId":"{{quota}}"}]},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"{{delay}}"}""");

    static Task Error(HttpContext http, int status, string name, string message, string details = "") =>
        FakeService.Json(http, status, $$$"""{"error":{"code":{{{status}}},"message":"{{{message}}}","status":"{{{name}}}","details":[{{{details}}}]}}""");
}
