using System.Text.Json.Serialization;
using Revela.Core;
using Revela.Providers.Fitting;
using Revela.Providers.Line;

namespace Revela.Providers.Cloudinary;

/// <summary>How Cloudinary is reached; without a cloud and its key nothing is published there.</summary>
public sealed record CloudinaryOptions
{
    public string Endpoint { get; init; } = "https://api.cloudinary.com";

    /// <summary>Name of the cloud.</summary>
    public string? Cloud { get; init; }

    public string? Key { get; init; }

    /// <summary>What requests are signed with; never sent.</summary>
    [JsonConverter(typeof(HiddenText))]
    public string? Secret { get; init; }

    /// <summary>A file with the secret alone, instead of <c>secret</c>; read anew for every call.</summary>
    public string? SecretFile { get; init; }

    /// <summary>Folder that every name begins with.</summary>
    public string? Folder { get; init; }

    /// <summary>Calls that are begun in any minute, all workers together; null for no limit.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Calls under way at a time, all workers together; null for no limit.</summary>
    public int? ConcurrentRequests { get; init; }

    /// <summary>Longest time of one call.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether pictures can be published there.</summary>
    public bool IsOn => Cloud is not null && Key is not null && ReadSecret() is not null;

    /// <summary>Null when there is none.</summary>
    public string? ReadSecret() => ServiceKey.Read(Secret, SecretFile);

    /// <summary>All mistakes at once, each as a sentence; empty when the settings can be used.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (!ServiceKey.IsAddress(Endpoint)) yield return "cloudinary.endpoint must be an address like https://api.cloudinary.com.";
        if (Cloud is not null && (Cloud.Length == 0 || !Cloud.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))) yield return "cloudinary.cloud must be the name of a cloud.";
        if (Folder is not null && !TargetName.IsFit(Folder)) yield return "cloudinary.folder must be a name like shop/articles.";
        foreach (var mistake in ServiceKey.Mistakes("cloudinary", Secret, SecretFile)) yield return mistake.Replace(".key", ".secret", StringComparison.Ordinal);
        if (RequestsPerMinute < 1) yield return "cloudinary.requests_per_minute must be at least 1.";
        if (ConcurrentRequests < 1) yield return "cloudinary.concurrent_requests must be at least 1.";
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(30)) yield return "cloudinary.timeout must be between 1 second and 30 minutes.";
    }

    // What a log or an exception may print.
    bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append("Endpoint = ").Append(Endpoint).Append(", Cloud = ").Append(Cloud);
        return true;
    }
}
