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

/// <summary>Signs paths so that an <c>&lt;img&gt;</c> or an <c>EventSource</c>, which send no header, can read one thing until a time.</summary>
/// <remarks><c>sig</c> is HMAC-SHA256 over path, end and tenant. A link allows reading at that very path and nothing else.</remarks>
public sealed class LinkSigner(byte[] secret, SignedLinkOptions options, TimeProvider time)
{
    static readonly Actor Bearer = new(ActorKind.Link, null, "a signed link");

    const string End = "exp", Owner = "tenant", Signature = "sig";

    public string Sign(string path, string tenant)
    {
        var end = EndOfNewLink();
        var owner = tenant == KeyRing.DefaultTenant ? "" : $"&{Owner}={Uri.EscapeDataString(tenant)}";
        return string.Create(CultureInfo.InvariantCulture, $"{path}?{End}={end}{owner}&{Signature}={Base64Url.EncodeToString(Mac(path, end, tenant))}");
    }

    /// <summary>What a signed request may do; null when it carries no signature.</summary>
    /// <exception cref="RevelaException"><c>link-expired</c>, or <c>forbidden</c> when the signature is not ours.</exception>
    public Access? Check(HttpRequest request)
    {
        if (request.Query[Signature] is not [{ } signature]) return null;
        var tenant = request.Query[Owner] is [{ Length: > 0 } owner] ? owner : KeyRing.DefaultTenant;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)
            || request.Query[End] is not [{ } text]
            || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            || !Matches(signature, Mac(request.Path.Value ?? "", end, tenant)))
            throw new RevelaException(ErrorCodes.Forbidden, "This link is not valid.");
        var access = new Access(tenant, Scopes.Read, Bearer, null, DateTimeOffset.FromUnixTimeSeconds(end));
        return IsOver(access) ? throw new RevelaException(ErrorCodes.LinkExpired, "This link has expired; ask for a new one.") : access;
    }

    public bool IsOver(Access access) => access.Until <= time.GetUtcNow();

    // Rounded up to a slice of the lifetime, so that a picture keeps its URL for a while and browsers can cache it.
    long EndOfNewLink()
    {
        var slice = Math.Max(1, (long)options.Lifetime.TotalSeconds / 24);
        var least = time.GetUtcNow().ToUnixTimeSeconds() + (long)options.Lifetime.TotalSeconds;
        return (least + slice - 1) / slice * slice;
    }

    byte[] Mac(string path, long end, string tenant) =>
        HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{path}\n{end}\n{tenant}")));

    static bool Matches(string signature, byte[] mac)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return Base64Url.DecodeFromChars(signature, given, out _, out var written) == OperationStatus.Done && CryptographicOperations.FixedTimeEquals(given[..written], mac);
    }
}
