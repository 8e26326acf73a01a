using System.Text.Json.Serialization;
using Revela.Core;
using Revela.Providers.Line;

namespace Revela.Providers.Gemini;

/// <summary>How Gemini is reached; without a key its engines are not to be had.</summary>
public sealed record GeminiOptions
{
    public string Endpoint { get; init; } = "https://generativelanguage.googleapis.com";

    [JsonConverter(typeof(HiddenText))]
    public string? Key { get; init; }

    /// <summary>A file with the key alone, instead of <c>key</c>; read anew for every call.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The model that paints. Models come and go: <c>revela doctor</c> asks whether it is still there.</summary>
    public string Model { get; init; } = "gemini-3.1-flash-image";

    /// <summary>What a picture costs, in US dollars, for models that the price table does not have.</summary>
    public double? UsdPerImage { get; init; }

    /// <summary>Calls that are begun in any minute, all workers together; null for no limit.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Calls under way at a time, all workers together; null for no limit.</summary>
    public int? ConcurrentRequests { get; init; }

    /// <summary>Longest time of one call.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Null when there is none.</summary>
    public string? ReadKey() => ServiceKey.Read(Key, KeyFile);

    /// <summary>All mistakes at once, each as a sentence; empty when the settings can be used.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (!ServiceKey.IsAddress(Endpoint)) yield return "gemini.endpoint must be an address like https://generativelanguage.googleapis.com.";
        foreach (var mistake in ServiceKey.Mistakes("gemini", Key, KeyFile)) yield return mistake;
        if (GeminiPrices.Gone.TryGetValue(Model, out var date)) yield return $"gemini.model is '{Model}', which Google shut down on {date}: gemini-3.1-flash-image takes its place.";
        else if (Model.Length == 0 || !Model.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.')) yield return "gemini.model must be the id of a model, such as gemini-3.1-flash-image.";
        if (UsdPerImage is not (null or (>= 0 and <= 100))) yield return "gemini.usd_per_image must be 0 to 100.";
        if (RequestsPerMinute < 1) yield return "gemini.requests_per_minute must be at least 1.";
        if (ConcurrentRequests < 1) yield return "gemini.concurrent_requests must be at least 1.";
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(10)) yield return "gemini.timeout must be between 1 second and 10 minutes.";
    }

    // What a log or an exception may print.
    bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append("Endpoint = ").Append(Endpoint).Append(", Model = ").Append(Model);
        return true;
    }
}
