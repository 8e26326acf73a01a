using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Revela.Core;

namespace Revela.Storage.Objects.S3;

/// <summary>Where objects are kept when they are kept on S3 or a storage that speaks it.</summary>
/// <remarks>
/// Amazon: <c>https://s3.eu-west-1.amazonaws.com</c> with its region. MinIO or Ceph: their address.
/// Google Cloud Storage: <c>https://storage.googleapis.com</c>, region <c>auto</c>, an interoperability (HMAC) key and its secret.
/// </remarks>
public sealed partial record S3Options
{
    /// <summary>Address of the storage; null when objects are kept as files.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Address that browsers and far workers reach the storage by, used in links; null when it is the same.</summary>
    public string? PublicEndpoint { get; init; }

    public string Region { get; init; } = "us-east-1";

    /// <summary>Whether the bucket stands in the path rather than in the host's name; null for what the storage expects: the path, but for Amazon.</summary>
    public bool? PathStyle { get; init; }

    /// <summary>Null to take <c>AWS_ACCESS_KEY_ID</c> and <c>AWS_SECRET_ACCESS_KEY</c>, or the machine's own role on Amazon.</summary>
    public string? AccessKey { get; init; }

    [JsonConverter(typeof(HiddenText))]
    public string? SecretKey { get; init; }

    /// <summary>
    /// Buckets of the two areas, as <c>name</c> or <c>name/prefix</c>. They must be Revela's own:
    /// the janitor deletes from them what no row names.
    /// </summary>
    public string OriginalsBucket { get; init; } = "originals";
    public string ProcessedBucket { get; init; } = "processed";

    /// <summary>How the storage encrypts what it keeps: null for its own default, <c>AES256</c> or <c>aws:kms</c>.</summary>
    public string? Encryption { get; init; }

    /// <summary>The key of <c>aws:kms</c>; null for the account's default key.</summary>
    public string? EncryptionKey { get; init; }

    /// <summary>Longest time of one try at one request, which moves 16 MiB at most.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a request that met a network error, a 5xx or a time limit is tried again before the storage counts as away.</summary>
    public int Retries { get; init; } = 2;

    public bool IsAmazon => Address(Endpoint) is { } uri && uri.Host.EndsWith(".amazonaws.com", StringComparison.OrdinalIgnoreCase);

    /// <summary>All mistakes at once, each as a sentence; empty when the settings can be used.</summary>
    public IReadOnlyList<string> Mistakes()
    {
        if (Endpoint is null) return [];
        var mistakes = new List<string>();
        if (Address(Endpoint) is null) mistakes.Add("s3.endpoint must be an address like https://storage.googleapis.com or http://minio:9000, without a path.");
        if (PublicEndpoint is not null && Address(PublicEndpoint) is null) mistakes.Add("s3.public_endpoint must be an address like https://pictures.example.com, without a path.");
        if (string.IsNullOrWhiteSpace(Region)) mistakes.Add("s3.region must not be empty: where a storage has no regions, us-east-1 or auto will do.");
        if (AccessKey is null != SecretKey is null) mistakes.Add("s3.access_key and s3.secret_key go together.");
        if (AccessKey is null && !IsAmazon && !SdkClient.EnvironmentHasKeys) mistakes.Add("s3.access_key and s3.secret_key are needed, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment.");
        foreach (var (name, bucket) in new[] { ("s3.originals_bucket", OriginalsBucket), ("s3.processed_bucket", ProcessedBucket) })
            if (!BucketName().IsMatch(bucket)) mistakes.Add($"{name} is '{bucket}', which is not a bucket's name, or one with a prefix: lower-case letters, digits, dots and dashes, 3 to 63 of them.");
        if (Overlap(OriginalsBucket, ProcessedBucket)) mistakes.Add("s3.originals_bucket and s3.processed_bucket must not lie inside each other.");
        if (Encryption is not (null or "AES256" or "aws:kms")) mistakes.Add("s3.encryption must be AES256 or aws:kms.");
        if (EncryptionKey is not null && Encryption != "aws:kms") mistakes.Add("s3.encryption_key is for s3.encryption aws:kms only.");
        if (RequestTimeout < TimeSpan.FromSeconds(1) || RequestTimeout > TimeSpan.FromMinutes(10)) mistakes.Add("s3.request_timeout must be between 1 second and 10 minutes.");
        if (Retries is < 0 or > 10) mistakes.Add("s3.retries must be between 0 and 10.");
        return mistakes;
    }

    internal static Uri? Address(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri is { PathAndQuery: "/", UserInfo: "" } ? uri : null;

    static bool Overlap(string one, string other) =>
        $"{one}/".StartsWith($"{other}/", StringComparison.Ordinal) || $"{other}/".StartsWith($"{one}/", StringComparison.Ordinal);

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_-]+)*$")]
    private static partial Regex BucketName();

    // What a log or an exception may print: everything but the keys.
    bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"{nameof(Endpoint)} = {Endpoint}, {nameof(PublicEndpoint)} = {PublicEndpoint}, {nameof(Region)} = {Region}, ");
        text.Append(CultureInfo.InvariantCulture, $"{nameof(OriginalsBucket)} = {OriginalsBucket}, {nameof(ProcessedBucket)} = {ProcessedBucket}, {nameof(Encryption)} = {Encryption}");
        return true;
    }
}
