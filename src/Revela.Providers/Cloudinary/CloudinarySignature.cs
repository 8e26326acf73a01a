using System.Security.Cryptography;
using System.Text;

namespace Revela.Providers.Cloudinary;

/// <summary>
/// Cloudinary's signatures: hex of the hash of all parameters, sorted as <c>name=value</c> with <c>&amp;</c> between them, and the secret behind.
/// Version 2 spells <c>&amp;</c> inside a value as <c>%26</c>, so that a value cannot smuggle parameters in; answers are signed by version 1.
/// </summary>
public static class CloudinarySignature
{
    /// <param name="parameters">Without the file, the key and what is in the address; empty ones do not count.</param>
    /// <param name="version">1 or 2.</param>
    public static string Of(IEnumerable<KeyValuePair<string, string>> parameters, string secret, int version = 2, bool sha256 = true)
    {
        var signed = string.Join('&', parameters.Where(pair => pair.Value.Length > 0).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}={(version == 1 ? pair.Value : pair.Value.Replace("&", "%26", StringComparison.Ordinal))}"));
        var bytes = Encoding.UTF8.GetBytes(signed + secret);
        return Convert.ToHexStringLower(sha256 ? SHA256.HashData(bytes) : Sha1(bytes));
    }

    /// <summary>Whether an answer's signature is its own; by which hash, the account says.</summary>
    public static bool IsOf(string signature, IReadOnlyCollection<KeyValuePair<string, string>> parameters, string secret) =>
        new[] { true, false }.Any(sha256 => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Of(parameters, secret, version: 1, sha256)), Encoding.ASCII.GetBytes(signature)));

#pragma warning disable CA5350 // Cloudinary's choice; collisions do not help anyone who does not know the secret.
    static byte[] Sha1(byte[] bytes) => SHA1.HashData(bytes);
#pragma warning restore CA5350
}
