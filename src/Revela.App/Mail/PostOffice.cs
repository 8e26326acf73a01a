using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Revela.App.Mail;

/// <summary>Hands letters to the mail server, one connection a letter.</summary>
public sealed class PostOffice(SmtpOptions options)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Returns once the server has taken it. False: it will never take this one, whoever asks.</summary>
    /// <param name="id">The same at every try, so that a letter that comes twice can be told.</param>
    /// <exception cref="Exception">The server is away or wants to be asked later.</exception>
    public async Task<bool> Send(string id, string name, string address, string subject, string body, CancellationToken cancel)
    {
        var from = MailboxAddress.Parse(options.From!);
        var letter = new MimeMessage { MessageId = $"{id}@{from.Domain}", Subject = subject, Body = new TextPart("plain") { Text = body } };
        letter.From.Add(from);
        letter.To.Add(new MailboxAddress(name, address));
        letter.Headers.Add("Auto-Submitted", "auto-generated");
        using var client = new SmtpClient { Timeout = (int)Patience.TotalMilliseconds };
        await client.ConnectAsync(options.Host!, options.Port, Secured, cancel);
        if (options.User is { } user) await client.AuthenticateAsync(user, options.Password!, cancel);
        try
        {
            await client.SendAsync(letter, cancel);
            return true;
        }
        catch (SmtpCommandException refused) when ((int)refused.StatusCode >= 500)
        {
            return false;
        }
        finally
        {
            await client.DisconnectAsync(quit: true, CancellationToken.None);
        }
    }

    SecureSocketOptions Secured => options.Security switch
    {
        "tls" => SecureSocketOptions.SslOnConnect,
        "none" => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };
}
