using System.Text.Json.Serialization;
using Revela.Core;
using Revela.Providers.Line;

namespace Revela.Providers.ClipDrop;

/// <summary>How ClipDrop is reached; without a key its engines are not to be had.</summary>
public sealed record ClipDropOptions
{
    public string Endpoint { get; init; } = "https://clipdrop-api.co";

    [JsonConverter(typeof(HiddenText))]
    public string? Key { get; init; }

    /// <summary>A file with the key alone, instead of <c>key</c>; read anew for every call.</summary>
    public string? KeyFile { get; init; }

    public string RemoveBackgroundPath { get; init; } = "/remove-background/v1";

    /// <summary>Where pictures are made larger; the older <c>/super-resolution/v1</c> takes other fields and does not serve.</summary>
    public string UpscalePath { get; init; } = "/image-upscaling/v1/upscale";

    /// <summary>What a credit costs you, in US dollars; ClipDrop tells credits only.</summary>
    public double UsdPerCredit { get; init; }

    /// <summary>Calls that are begun in any minute, all workers together; what ClipDrop allows a key by default.</summary>
    public int RequestsPerMinute { get; init; } = 60;

    /// <summary>Calls under way at a time, all workers together; null for no limit.</summary>
    public int? ConcurrentRequests { get; init; }

    /// <summary>Longest time of one call.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Null when there is none.</summary>
    public string? ReadKey() => ServiceKey.Read(Key, KeyFile);

    /// <summary>All mistakes at once, each as a sentence; empty when the settings can be used.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (!ServiceKey.IsAddress(Endpoint)) yield return "clipdrop.endpoint must be an address like https://clipdrop-api.co.";
        foreach (var mistake in ServiceKey.Mistakes("clipdrop", Key, KeyFile)) yield return mistake;
        if (!RemoveBackgroundPath.StartsWith('/')) yield return "clipdrop.remove_background_path must begin with a slash.";
        if (!UpscalePath.StartsWith('/')) yield return "clipdrop.upscale_path must begin with a slash.";
        if (UsdPerCredit is not (>= 0 and <= 100)) yield return "clipdrop.usd_per_credit must be 0 to 100.";
        if (RequestsPerMinute < 1) yield return "clipdrop.requests_per_minute must be at least 1.";
        if (ConcurrentRequests < 1) yield return "clipdrop.concurrent_requests must be at least 1.";
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(10)) yield return "clipdrop.timeout must be between 1 second and 10 minutes.";
    }

    // What a log or an exception may print.
    bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append("Endpoint = ").Append(Endpoint);
        return true;
    }
}
