namespace Revela.App.Webhooks;

/// <summary>How other applications are told of events.</summary>
public sealed record WebhookOptions
{
    /// <summary>Hosts, written out, that messages may go to although their address is not public.</summary>
    public IReadOnlyList<string> PrivateHosts { get; init; } = [];

    /// <summary>How long a receiver may take to answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long an endpoint may take no message before it is disabled and whoever made it is notified.</summary>
    public TimeSpan DisableAfter { get; init; } = TimeSpan.FromDays(5);

    /// <summary>How long messages are signed with the old secret too when an endpoint gets a new one.</summary>
    public TimeSpan RotateOver { get; init; } = TimeSpan.FromHours(24);

    public bool AllowsPrivate(string host) => PrivateHosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    public IEnumerable<string> Mistakes()
    {
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(2)) yield return "webhooks.timeout must be between 1 second and 2 minutes.";
        if (DisableAfter < TimeSpan.FromMinutes(1)) yield return "webhooks.disable_after must be at least 1 minute.";
        if (RotateOver < TimeSpan.Zero || RotateOver > TimeSpan.FromDays(30)) yield return "webhooks.rotate_over must be between 0 and 30 days.";
        foreach (var host in PrivateHosts.Where(host => Uri.CheckHostName(host) == UriHostNameType.Unknown)) yield return $"webhooks.private_hosts: '{host}' is not a host name.";
    }
}
