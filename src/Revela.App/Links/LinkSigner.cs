using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Revela.App.Accounts;
using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Jobs;

namespace Revela.App.Links;

/// <summary>Signs paths so that an <c>&lt;img&gt;</c> or an <c>EventSource</c>, which send no header, can read one thing until a time, and so that one picture can be sent without a key.</summary>
/// <remarks><c>sig</c> is HMAC-SHA256 over path, end and tenant, and for an upload over its bytes besides. A link allows reading, or that upload, at that very path and nothing else.</remarks>
public sealed class LinkSigner(byte[] secret, SignedLinkOptions options, TimeProvider time)
{
    static readonly Actor Bearer = new(ActorKind.Link, null, "a signed link");

    const string End = "exp", Owner = "tenant", Size = "bytes", Signature = "sig";

    /// <param name="validFor">At least; null for what the settings say.</param>
    public string Sign(string path, string tenant, TimeSpan? validFor = null)
    {
        var end = EndOfNewLink(validFor ?? options.Lifetime);
        return string.Create(CultureInfo.InvariantCulture, $"{path}?{End}={end}{OwnerOf(tenant)}&{Signature}={Base64Url.EncodeToString(Mac(path, end, tenant))}");
    }

    /// <summary>A link to PUT exactly so many bytes to.</summary>
    public string SignUpload(string path, string tenant, long bytes, TimeSpan validFor)
    {
        var end = (time.GetUtcNow() + validFor).ToUnixTimeSeconds();
        var signature = Base64Url.EncodeToString(Mac(UploadOf(path, bytes), end, tenant));
        return string.Create(CultureInfo.InvariantCulture, $"{path}?{End}={end}{OwnerOf(tenant)}&{Size}={bytes}&{Signature}={signature}");
    }

    /// <summary>What a signed request may do; null when it carries no signature.</summary>
    /// <exception cref="RevelaException"><c>link-expired</c>, or <c>forbidden</c> when the signature is not ours.</exception>
    public Access? Check(HttpRequest request)
    {
        if (request.Query[Signature] is not [{ } signature]) return null;
        var tenant = request.Query[Owner] is [{ Length: > 0 } owner] ? owner : KeyRing.DefaultTenant;
        if (Allowed(request) is not var (what, scope)
            || Number(request, End) is not { } end
            || !Matches(signature, Mac(what, end, tenant)))
            throw new RevelaException(ErrorCodes.Forbidden, "This link is not valid.");
        var access = new Access(tenant, scope, Bearer, null, DateTimeOffset.FromUnixTimeSeconds(end));
        return IsOver(access) ? throw new RevelaException(ErrorCodes.LinkExpired, "This link has expired; ask for a new one.") : access;
    }

    // What the signature of such a request is over, and what it lets through.
    static (string What, Scopes Scope)? Allowed(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return (path, Scopes.Read);
        if (HttpMethods.IsPut(request.Method) && Number(request, Size) is { } bytes && bytes == request.ContentLength) return (UploadOf(path, bytes), Scopes.Submit);
        return null;
    }

    public bool IsOver(Access access) => access.Until <= time.GetUtcNow();

    // Rounded up to a slice of the lifetime, so that a picture keeps its URL for a while and browsers can cache it.
    long EndOfNewLink(TimeSpan validFor)
    {
        var slice = Math.Max(1, (long)validFor.TotalSeconds / 24);
        var least = time.GetUtcNow().ToUnixTimeSeconds() + (long)validFor.TotalSeconds;
        return (least + slice - 1) / slice * slice;
    }

    static string OwnerOf(string tenant) => tenant == KeyRing.DefaultTenant ? "" : $"&{Owner}={Uri.EscapeDataString(tenant)}";

    // No path begins like this, so neither kind of link passes for the other.
    static string UploadOf(string path, long bytes) => string.Create(CultureInfo.InvariantCulture, $"PUT {bytes} {path}");

    static long? Number(HttpRequest request, string name) =>
        request.Query[name] is [{ } text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    byte[] Mac(string what, long end, string tenant) =>
        HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{what}\n{end}\n{tenant}")));

    static bool Matches(string signature, byte[] mac)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return Base64Url.DecodeFromChars(signature, given, out _, out var written) == OperationStatus.Done && CryptographicOperations.FixedTimeEquals(given[..written], mac);
    }
}
