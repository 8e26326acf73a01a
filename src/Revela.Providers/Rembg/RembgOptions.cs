using Revela.Providers.Line;

namespace Revela.Providers.Rembg;

/// <summary>A rembg server of your own (<c>rembg s</c>); without an address its engine is not to be had.</summary>
public sealed record RembgOptions
{
    /// <summary>Address of the server, such as <c>http://rembg:7000</c>.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The model of steps that name none; the server's own choice when absent.</summary>
    public string? Model { get; init; }

    /// <summary>Refines edges by alpha matting: slower, and better on hair.</summary>
    public bool AlphaMatting { get; init; }

    /// <summary>Masks above it count as subject for the matting.</summary>
    public int ForegroundThreshold { get; init; } = 240;

    /// <summary>Masks below it count as background for the matting.</summary>
    public int BackgroundThreshold { get; init; } = 10;

    /// <summary>Pixels by which both are shrunk before the matting.</summary>
    public int ErodeSize { get; init; } = 10;

    /// <summary>Calls that are begun in any minute, all workers together; null for no limit.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Calls under way at a time, all workers together; null for no limit.</summary>
    public int? ConcurrentRequests { get; init; }

    /// <summary>Longest time of one call; the first one of a model loads it.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>All mistakes at once, each as a sentence; empty when the settings can be used.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (Endpoint is not null && !ServiceKey.IsAddress(Endpoint)) yield return "rembg.endpoint must be an address like http://rembg:7000.";
        if (ForegroundThreshold is < 0 or > 255 || BackgroundThreshold is < 0 or > 255) yield return "rembg.foreground_threshold and rembg.background_threshold must be 0 to 255.";
        if (ErodeSize is < 0 or > 1000) yield return "rembg.erode_size must be 0 to 1000.";
        if (RequestsPerMinute < 1) yield return "rembg.requests_per_minute must be at least 1.";
        if (ConcurrentRequests < 1) yield return "rembg.concurrent_requests must be at least 1.";
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(30)) yield return "rembg.timeout must be between 1 second and 30 minutes.";
    }
}
