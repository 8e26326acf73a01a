using System.Text.Json.Serialization;
using Revela.Core;

namespace Revela.App.Mail;

/// <summary>The mail server that people are written to by, besides being told in the application; without a host nobody is.</summary>
public sealed record SmtpOptions
{
    /// <summary>Name of the mail server; null when nobody is written to.</summary>
    public string? Host { get; init; }

    /// <summary>Its port: 587 for <c>starttls</c>, as a rule 465 for <c>tls</c> and 25 for <c>none</c>.</summary>
    public int Port { get; init; } = 587;

    /// <summary>How the connection is secured: <c>starttls</c>, <c>tls</c> from the first byte, or <c>none</c>, for a server on the same machine.</summary>
    public string Security { get; init; } = "starttls";
    /// <summary>Who signs in there; null when nobody needs to.</summary>
    public string? User { get; init; }

    /// <summary>The user's password.</summary>
    [JsonConverter(typeof(HiddenText))]
    public string? Password { get; init; }

    /// <summary>The sender, such as <c>Revela &lt;revela@example.com&gt;</c>.</summary>
    public string? From { get; init; }

    /// <summary>The language that is written in: <c>en</c> or <c>es</c>.</summary>
    public string Language { get; init; } = "en";

    public bool IsOn => Host is not null;

    public IEnumerable<string> Mistakes()
    {
        if (Security is not ("starttls" or "tls" or "none")) yield return "smtp.security must be starttls, tls or none.";
        if (Language is not ("en" or "es")) yield return "smtp.language must be en or es.";
        if (Port is < 1 or > 65535) yield return "smtp.port must be 1 to 65535.";
        if (IsOn && !(MimeKit.MailboxAddress.TryParse(From, out var sender) && sender.Address.Contains('@', StringComparison.Ordinal))) yield return "smtp.from must be an address like Revela <revela@example.com>.";
        if (User is null != Password is null) yield return "smtp.user and smtp.password belong together.";
    }
}
