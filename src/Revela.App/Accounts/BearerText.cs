using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Revela.App.Accounts;

/// <summary>Texts that open doors to whoever bears them, keys and tokens of sessions: 256 random bits behind a prefix that tells the kind.</summary>
static class BearerText
{
    const int MaxLength = 200;

    public static string New(string prefix) => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether it is worth looking up.</summary>
    public static bool IsPlausible(string presented, string prefix) => presented.Length <= MaxLength && presented.StartsWith(prefix, StringComparison.Ordinal);

    /// <summary>What is kept of it; the text is random, so a fast hash is enough.</summary>
    public static string HashOf(string plain) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(plain)));
}
