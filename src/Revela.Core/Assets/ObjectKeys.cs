using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Revela.Core.Assets;

/// <summary>
/// The only place that spells object keys. The first segment is the area: a folder, or a bucket on S3.
/// Keys are made of ids and known extensions alone, so nothing a client sent is ever part of a path.
/// </summary>
public static class ObjectKeys
{
    public const string Originals = "originals";
    public const string Processed = "processed";

    public static readonly IReadOnlyList<string> Areas = [Originals, Processed];

    /// <summary><c>originals/2026/11/20/{asset}.jpg</c>.</summary>
    public static string Original(Guid assetId, string contentType) => $"{Originals}/{Day(assetId)}/{assetId:D}{Extension(contentType)}";

    /// <summary><c>processed/2026/11/20/{job}-{lease}-{step}.jpg</c>: the attempt's own key, so that two attempts never write the same one (law 5).</summary>
    public static string Result(Guid jobId, long lease, int stepIndex, string contentType) =>
        string.Create(CultureInfo.InvariantCulture, $"{Processed}/{Day(jobId)}/{jobId:D}-{lease}-{stepIndex}{Extension(contentType)}");

    /// <summary><c>processed/2026/11/20/{job}-{lease}-{step}-reply.bin</c>: what a service sent, before anything is made of it. Its call names it until that is closed.</summary>
    public static string Reply(Guid jobId, long lease, int stepIndex) => string.Create(CultureInfo.InvariantCulture, $"{Processed}/{Day(jobId)}/{jobId:D}-{lease}-{stepIndex}-reply.bin");

    /// <summary>
    /// <c>originals/incoming/2026/11/20/{upload}-{owner}.bin</c>: bytes that a client sent straight to the storage and that no row names.
    /// The owner is a digest of the tenant, so that whoever knows an id finds only what was sent for their own tenant.
    /// </summary>
    public static string Incoming(Guid uploadId, string tenant) => Upload(uploadId, tenant) + ".bin";

    /// <summary><c>….upload</c>: what is known of an upload that comes in pieces.</summary>
    public static string UploadHeading(Guid uploadId, string tenant) => Upload(uploadId, tenant) + ".upload";

    /// <summary><c>…-{offset}.piece</c>: the piece of it that begins there.</summary>
    public static string UploadPiece(Guid uploadId, string tenant, long offset) => string.Create(CultureInfo.InvariantCulture, $"{Upload(uploadId, tenant)}-{offset}.piece");

    static string Upload(Guid id, string tenant) =>
        $"{Originals}/incoming/{Day(id)}/{id:D}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(tenant)).AsSpan(0, 8))}";

    /// <summary>The same for a picture that came from afar, with its hash, so that what a worker sends late never takes the place of what it sent before.</summary>
    public static string Sent(Guid jobId, long lease, int stepIndex, string sha256, string contentType) =>
        string.Create(CultureInfo.InvariantCulture, $"{Processed}/{Day(jobId)}/{jobId:D}-{lease}-{stepIndex}-{sha256}{Extension(contentType)}");

    public static string Extension(string contentType) => contentType switch
    {
        "image/jpeg" => ".jpg",
        "image/png" => ".png",
        "image/webp" => ".webp",
        "image/gif" => ".gif",
        "image/tiff" => ".tiff",
        "image/avif" => ".avif",
        "image/heif" => ".heif",
        _ => ".bin",
    };

    /// <summary>What a key's extension says of its bytes.</summary>
    public static string ContentType(string key) => ContentTypes.FirstOrDefault(type => key.EndsWith(Extension(type), StringComparison.Ordinal)) ?? "application/octet-stream";

    static readonly string[] ContentTypes = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/tiff", "image/avif", "image/heif"];

    static string Day(Guid id) => Ids.TimeOf(id).ToString("yyyy'/'MM'/'dd", CultureInfo.InvariantCulture);
}
