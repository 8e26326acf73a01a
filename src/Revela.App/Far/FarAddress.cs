using System.Net;

namespace Revela.App.Far;

/// <summary>The server that a far worker works for, and the key that it shows there.</summary>
sealed record FarAddress(Uri Url, string Key)
{
    /// <summary>Why an address is not to be used, as a sentence; null when it may be.</summary>
    public static string? Mistake(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")) return $"'{url}' is not an address like https://revela.example.com";
        return IsSafe(address) ? null : $"'{url}' is plain http: the key and every picture could be read on the way; use https (plain http is taken only on this machine)";
    }

    /// <summary>Whether what is sent there can be read by nobody else.</summary>
    public static bool IsSafe(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps || address.Host == "localhost" || IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip);

    /// <param name="url">One without a <see cref="Mistake"/>.</param>
    public static FarAddress Of(string url, string key) => new(new Uri(url.TrimEnd('/') + "/"), key);
}
