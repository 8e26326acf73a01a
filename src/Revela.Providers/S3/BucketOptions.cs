using System.Text.Json.Serialization;
using Revela.Core;
using Revela.Providers.Fitting;
using Revela.Providers.Line;

namespace Revela.Providers.S3;

/// <summary>A bucket that pictures are published in, on S3 or a storage that speaks it; Google's takes HMAC keys at <c>https://storage.googleapis.com</c>.</summary>
public sealed record BucketOptions
{
    /// <summary>Address of the storage, without the bucket.</summary>
    public string? Endpoint { get; init; }

    public string? Name { get; init; }
    public string Region { get; init; } = "us-east-1";

    public string? Key { get; init; }

    /// <summary>What requests are signed with; never sent.</summary>
    [JsonConverter(typeof(HiddenText))]
    public string? Secret { get; init; }

    /// <summary>A file with the secret alone, instead of <c>secret</c>.</summary>
    public string? SecretFile { get; init; }

    /// <summary>Folder that every name begins with.</summary>
    public string? Folder { get; init; }

    /// <summary>What the addresses of pictures begin with, where that is not the storage's own: a CDN, a domain of yours.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Sent with every picture, for caches: such as <c>public, max-age=31536000, immutable</c>.</summary>
    public string? CacheControl { get; init; }

    /// <summary>Longest time of one call.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Null when there is none.</summary>
    public string? ReadSecret() => ServiceKey.Read(Secret, SecretFile);

    /// <summary>All mistakes at once, each as a sentence; empty when the settings can be used.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (Endpoint is not null && !ServiceKey.IsAddress(Endpoint)) yield return "bucket.endpoint must be an address like https://storage.googleapis.com.";
        if (PublicUrl is not null && !ServiceKey.IsAddress(PublicUrl)) yield return "bucket.public_url must be an address like https://images.example.org.";
        if (Folder is not null && !TargetName.IsFit(Folder)) yield return "bucket.folder must be a name like shop/articles.";
        foreach (var mistake in ServiceKey.Mistakes("bucket", Secret, SecretFile)) yield return mistake.Replace(".key", ".secret", StringComparison.Ordinal);
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(30)) yield return "bucket.timeout must be between 1 second and 30 minutes.";
    }

    // What a log or an exception may print.
    bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append("Endpoint = ").Append(Endpoint).Append(", Name = ").Append(Name);
        return true;
    }
}
