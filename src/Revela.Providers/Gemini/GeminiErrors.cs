using System.Text.Json;
using Revela.Providers.Line;

namespace Revela.Providers.Gemini;

/// <summary>What Google's error bodies mean (<c>google.rpc.Status</c> with its details).</summary>
public static class GeminiErrors
{
    /// <summary>Days end at midnight in California; by winter time they have ended there in summer too.</summary>
    static readonly TimeSpan DayEnds = TimeSpan.FromHours(8);

    /// <param name="body">Null when it was no JSON.</param>
    /// <param name="retryAfter">Of the HTTP header, if any.</param>
    public static ServiceAnswer Judge(int status, JsonElement? body, GeminiOptions options, TimeSpan? retryAfter, DateTimeOffset now)
    {
        var error = body is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("error", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        var reason = Replies.Plain(Text(error, "message"), options.ReadKey());
        return status switch
        {
            400 when Details(error).Any(detail => Text(detail, "reason") == "API_KEY_INVALID") => BadKey(reason),
            401 or 403 => BadKey(reason),
            404 => new ServiceAnswer.Misconfigured("gemini.model", $"Gemini has no model '{options.Model}' any more, or not for this key ({reason})."),
            429 => Limited(error, reason, retryAfter, now),
            408 or >= 500 => new ServiceAnswer.Away($"Gemini failed ({status}: {reason})."),
            >= 400 => new ServiceAnswer.Unfit($"Gemini does not take the request ({status}: {reason})."),
            _ => new ServiceAnswer.Broken($"Gemini answered with status {status}, which it should not."),
        };
    }

    static ServiceAnswer.Misconfigured BadKey(string reason) => new("gemini.key", $"Gemini does not take the key ({reason}).");

    static ServiceAnswer Limited(JsonElement error, string reason, TimeSpan? retryAfter, DateTimeOffset now)
    {
        TimeSpan? delay = null;
        foreach (var detail in Details(error))
        {
            if (Violations(detail).Any(violation => Text(violation, "quotaId")?.Contains("PerDay", StringComparison.Ordinal) == true))
                return new ServiceAnswer.QuotaSpent(NextDay(now), $"Gemini's quota of the day is used up ({reason}).");
            if (Text(detail, "retryDelay") is { } text && text.EndsWith('s')) delay = Replies.Seconds(text[..^1]);
        }
        return new ServiceAnswer.RateLimited(delay ?? retryAfter);
    }

    static DateTimeOffset NextDay(DateTimeOffset now)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero) + DayEnds;
        return today > now ? today : today.AddDays(1);
    }

    static IEnumerable<JsonElement> Details(JsonElement error) => Items(error, "details");

    static IEnumerable<JsonElement> Violations(JsonElement detail) => Items(detail, "violations");

    static IEnumerable<JsonElement> Items(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    static string? Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
