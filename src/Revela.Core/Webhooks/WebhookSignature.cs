using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Revela.Core.Webhooks;

/// <summary>Signs messages by Standard Webhooks 1.0.0: HMAC-SHA256 over id, time and body.</summary>
public static class WebhookSignature
{
    const string Prefix = "whsec_";

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(32);

    /// <summary>A secret as receivers' libraries take it.</summary>
    public static string Spell(byte[] secret) => Prefix + Convert.ToBase64String(secret);

    /// <summary>The header <c>webhook-signature</c>: one signature a secret, so that a receiver may know either.</summary>
    public static string Sign(IEnumerable<byte[]> secrets, string id, DateTimeOffset timestamp, string body)
    {
        var signed = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp.ToUnixTimeSeconds()}.{body}"));
        return string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed))));
    }
}
