namespace Revela.App.Accounts;

/// <summary>Email addresses as people are known by them.</summary>
static class Emails
{
    const int MaxLength = 254;

    /// <summary>In lower case and without space around it; null when it cannot be an address.</summary>
    public static string? Read(string? text)
    {
        var email = text?.Trim().ToLowerInvariant();
        if (email is null or { Length: > MaxLength } || email.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter))) return null;
        var at = email.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at < email.Length - 1 && email.LastIndexOf('@') == at ? email : null;
    }
}
