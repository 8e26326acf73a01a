namespace Revela.App.Accounts;

/// <summary>How people sign in.</summary>
public sealed record AccountOptions
{
    /// <summary>How long a session holds, in a browser or as a token.</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Passwords that may be tried in a row before a person is locked out.</summary>
    public int Tries { get; init; } = 10;

    /// <summary>How long they then are.</summary>
    public TimeSpan LockFor { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Email of the administrator that is made when a new store begins, with a password in <c>admin.password</c> of the data folder; empty for none.</summary>
    public string FirstAdmin { get; init; } = "admin@localhost";

    /// <summary>Origins besides the server's own whose pages may change things with a person's cookie, such as <c>https://gallery.example.com</c>.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    public IEnumerable<string> Mistakes()
    {
        if (SessionLifetime < TimeSpan.FromMinutes(1) || SessionLifetime > TimeSpan.FromDays(366)) yield return "accounts.session_lifetime must be between 1 minute and 366 days.";
        if (Tries is < 1 or > 1000) yield return "accounts.tries must be between 1 and 1000.";
        if (LockFor < TimeSpan.FromSeconds(1) || LockFor > TimeSpan.FromDays(7)) yield return "accounts.lock_for must be between 1 second and 7 days.";
        if (FirstAdmin.Length > 0 && Emails.Read(FirstAdmin) is null) yield return "accounts.first_admin must be an email address, or empty.";
        foreach (var origin in Origins)
            if (!IsOrigin(origin)) yield return $"accounts.origins: '{origin}' is not an origin such as https://gallery.example.com.";
    }

    static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == text.TrimEnd('/');
}
