namespace Revela.App.Uploads;

/// <summary>Which hosts pictures may be fetched from. Off until a host is named.</summary>
public sealed record UrlSourceOptions
{
    /// <summary>Host names; <c>*.example.com</c> covers its subdomains and <c>*</c> every public host.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Hosts, written out, that are allowed and may even have an address that is not public.</summary>
    public IReadOnlyList<string> PrivateHosts { get; init; } = [];

    /// <summary>Whole fetch, redirects and body.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    public bool IsOn => AllowedHosts.Count + PrivateHosts.Count > 0;

    public bool Allows(string host) => PrivateHosts.Contains(host, StringComparer.OrdinalIgnoreCase) || AllowedHosts.Any(allowed => Covers(allowed, host));

    public bool AllowsPrivate(string host) => PrivateHosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    public IEnumerable<string> Mistakes()
    {
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromMinutes(10)) yield return "url_sources.timeout must be above 0 and at most 10 minutes.";
        foreach (var host in AllowedHosts.Where(h => h != "*" && !IsName(h.StartsWith("*.", StringComparison.Ordinal) ? h[2..] : h)))
            yield return $"url_sources.allowed_hosts: '{host}' is not a host name.";
        foreach (var host in PrivateHosts.Where(h => !IsName(h))) yield return $"url_sources.private_hosts: '{host}' is not a host name.";
    }

    static bool IsName(string host) => Uri.CheckHostName(host) != UriHostNameType.Unknown;

    static bool Covers(string allowed, string host) =>
        allowed == "*"
        || allowed.Equals(host, StringComparison.OrdinalIgnoreCase)
        || (allowed.StartsWith("*.", StringComparison.Ordinal) && host.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase));
}
