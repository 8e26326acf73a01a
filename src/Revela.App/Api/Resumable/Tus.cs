using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Flow;
using Revela.Core.Jobs;

namespace Revela.App.Api.Resumable;

/// <summary>The headers of tus 1.0.0 (tus.io/protocols/resumable-upload), read strictly and written.</summary>
public static class Tus
{
    public const string ContentType = "application/offset+octet-stream";
    public const string Offset = "Upload-Offset", Length = "Upload-Length", Metadata = "Upload-Metadata", Checksum = "Upload-Checksum", Expires = "Upload-Expires";
    const string Version = "1.0.0", Resumable = "Tus-Resumable";
    const int MaxMetadata = 4096;

    /// <summary>OPTIONS /api/v1/uploads: what the server can do.</summary>
    public static IResult Describe(HttpContext http, ResumableUploads uploads)
    {
        var headers = http.Response.Headers;
        headers["Tus-Version"] = Version;
        headers["Tus-Extension"] = "creation,expiration,termination,checksum";
        headers["Tus-Checksum-Algorithm"] = "sha1,sha256,md5";
        headers["Tus-Max-Size"] = uploads.MaxBytes.ToString(CultureInfo.InvariantCulture);
        return TypedResults.NoContent();
    }

    /// <summary>Every answer names the version, and every request but a question for it must.</summary>
    public static async ValueTask<object?> Speak(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Response.Headers[Resumable] = Version;
        http.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsOptions(http.Request.Method) && http.Request.Headers[Resumable] != Version)
        {
            http.Response.Headers["Tus-Version"] = Version;
            throw new RevelaException(ErrorCodes.WrongVersion, $"Send {Resumable}: {Version}.");
        }
        return await next(context);
    }

    /// <summary>A number of bytes in a header; null when it is absent.</summary>
    public static long? Number(HttpRequest request, string name)
    {
        if (request.Headers[name] is not [{ } text]) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Refusals.Invalid($"{name} must be a whole number of bytes.");
    }

    /// <summary>The name among the metadata (<c>filename</c>, or <c>name</c>), safe to show, and the metadata as it came.</summary>
    public static (string? FileName, string? Metadata) ReadMetadata(HttpRequest request)
    {
        if (request.Headers[Metadata] is not [{ Length: > 0 } text]) return (null, null);
        if (text.Length > MaxMetadata) throw Refusals.Invalid($"{Metadata} may have at most {MaxMetadata} characters.");
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split(','))
        {
            var parts = pair.Trim().Split(' ');
            if (parts is not ([{ Length: > 0 }] or [{ Length: > 0 }, _]) || !pairs.TryAdd(parts[0], Text(parts.ElementAtOrDefault(1) ?? "")))
                throw Refusals.Invalid($"{Metadata} is made of pairs of a key and a value in Base64, with commas between them.");
        }
        return (FileNames.Clean(pairs.GetValueOrDefault("filename") ?? pairs.GetValueOrDefault("name")), text);
    }

    public static PieceCheck? ReadCheck(HttpRequest request)
    {
        if (request.Headers[Checksum] is not [{ } text]) return null;
        var (algorithm, size) = text.Split(' ')[0] switch
        {
            "sha1" => (HashAlgorithmName.SHA1, 20),
            "sha256" => (HashAlgorithmName.SHA256, 32),
            "md5" => (HashAlgorithmName.MD5, 16),
            _ => throw Refusals.Invalid($"{Checksum} is sha1, sha256 or md5, a space and the hash in Base64."),
        };
        var hash = Bytes(text.Split(' ').ElementAtOrDefault(1) ?? "");
        return hash.Length == size ? new PieceCheck(algorithm, hash) : throw Refusals.Invalid($"The hash in {Checksum} has the wrong length.");
    }

    public static void Write(HttpResponse response, UploadState state)
    {
        response.Headers[Offset] = state.Offset.ToString(CultureInfo.InvariantCulture);
        if (!state.IsFinished) response.Headers[Expires] = state.ExpiresAt.ToString("R", CultureInfo.InvariantCulture);
    }

    static string Text(string base64) => Encoding.UTF8.GetString(Bytes(base64));

    static byte[] Bytes(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var written) ? bytes[..written] : throw Refusals.Invalid("What is to be Base64 is not.");
    }
}
