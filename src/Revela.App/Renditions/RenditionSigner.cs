using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Revela.App.Accounts;
using Revela.Core.Accounts;

namespace Revela.App.Renditions;

/// <summary>
/// Links to renditions, <c>/i/{signature}/{options}/{asset}</c>, which hold for good: the signature is HMAC-SHA256 over <c>{options}/{asset}</c> with
/// the tenant's own key, so that an application that has the key can write links by itself.
/// </summary>
/// <param name="secret">The store's; tenants' keys are derived from it.</param>
public sealed class RenditionSigner(byte[] secret)
{
    public const string Root = "/i";
    const string Owner = "tenant";

    static readonly Actor Bearer = new(ActorKind.Link, null, "a rendition link");

    public byte[] KeyOf(string tenant) => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"renditions of {tenant}"));

    /// <summary>The link's path.</summary>
    public string Sign(string options, Guid asset, string tenant)
    {
        var owner = tenant == KeyRing.DefaultTenant ? "" : $"?{Owner}={Uri.EscapeDataString(tenant)}";
        return $"{Root}/{Base64Url.EncodeToString(Mac(options, asset, tenant))}/{Uri.EscapeDataString(options)}/{asset:D}{owner}";
    }

    /// <summary>What a request for a rendition may do; null when it is none, or its signature is not the tenant's.</summary>
    public Access? Check(HttpRequest request)
    {
        var routed = request.RouteValues;
        if (!request.Path.StartsWithSegments(Root) || routed["signature"] is not string signature || routed["options"] is not string options) return null;
        if (!Guid.TryParse(routed["asset"]?.ToString(), out var asset)) return null;
        var tenant = request.Query[Owner] is [{ Length: > 0 } owner] ? owner : KeyRing.DefaultTenant;
        return Matches(signature, Mac(options, asset, tenant)) ? new Access(tenant, Scopes.Read, Bearer, null, null) : null;
    }

    byte[] Mac(string options, Guid asset, string tenant) => HMACSHA256.HashData(KeyOf(tenant), Encoding.UTF8.GetBytes($"{options}/{asset:D}"));

    static bool Matches(string signature, byte[] mac)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return Base64Url.DecodeFromChars(signature, given, out _, out var written) == OperationStatus.Done && CryptographicOperations.FixedTimeEquals(given[..written], mac);
    }
}
