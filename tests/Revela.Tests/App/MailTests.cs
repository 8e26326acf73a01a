using MimeKit;
using Revela.App;
using Revela.App.Links;
using Revela.App.Mail;
using Revela.Core.Notices;
using Revela.Services;
using Revela.Tests.App.Accounts;
using Shouldly;
using Xunit;

namespace Revela.Tests.App;

/// <summary>People are written to through a real mail server, also when it is not there at first.</summary>
public sealed class MailTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("revela-mail-").FullName;
    ServiceScript? server;
    LiveServer? live;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (live is not null) await live.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [SkippableFact]
    public async Task A_person_is_written_to_in_their_language_once_the_server_takes_it()
    {
        await Start();
        await server!.Ask("fail 2");
        var ana = await Person.Add(live!);
        await Told(ana.Id, "Gato");
        var letter = (await Letters(1))[0];
        letter.To.Mailboxes.Single().Address.ShouldBe(ana.Email);
        letter.From.Mailboxes.Single().Address.ShouldBe("revela@example.com");
        letter.Subject.ShouldBe("Fondo removido");
        letter.TextBody.ShouldNotBeNull().Trim().ReplaceLineEndings("\n").ShouldBe("El recorte de «Gato» está listo.\n\nVer imagen: https://images.example.com/images/1/");
        letter.MessageId.ShouldNotBeNull().ShouldEndWith("@example.com");
    }

    [SkippableFact]
    public async Task Who_has_no_mailbox_or_is_a_key_holds_up_nobody_else()
    {
        await Start();
        var gone = await live!.Part<Revela.App.Accounts.UserBook>().Add("default", "refused@example.com", "Nobody", "a long password", Revela.Core.Accounts.Role.Viewer, CancellationToken.None);
        var ana = await Person.Add(live!);
        await Told(gone.Id, "one");
        await Told(Guid.NewGuid(), "two");
        await Told(ana.Id, "three");
        (await Letters(1))[0].TextBody.ShouldNotBeNull().ShouldContain("«three»");
    }

    [Theory]
    [InlineData("Revela", "starttls", "smtp.from")]
    [InlineData("revela@example.com", "sometimes", "smtp.security")]
    public void Settings_that_cannot_work_are_told(string from, string security, string mistake) =>
        new SmtpOptions { Host = "localhost", From = from, Security = security }.Mistakes().ShouldHaveSingleItem().ShouldStartWith(mistake);

    async Task Start()
    {
        Skip.If(!ServiceScript.IsInstalled("python3"), "python3 is not installed");
        server = ServiceScript.Start("smtp.py", folder);
        var port = await Port(server);
        live = await LiveServer.Start(options => options with
        {
            Smtp = new SmtpOptions { Host = "127.0.0.1", Port = port, Security = "none", From = "Revela <revela@example.com>", Language = "es" },
            Links = new SignedLinkOptions { PublicUrl = "https://images.example.com" },
        });
    }

    // Python has had its own mail server until 3.11.
    static async Task<int> Port(ServiceScript server)
    {
        try
        {
            return int.Parse((await server.Ready())[0], null);
        }
        catch (InvalidOperationException e) when (e.Message.Contains("No module named", StringComparison.Ordinal))
        {
            throw new SkipException("this python3 has no mail server (smtpd)");
        }
    }

    // As a recipe does, with a job that ends.
    async Task Told(Guid person, string title)
    {
        var job = (await live!.Develop(Pictures.New(), "grayscale"))["id"]!.ToString();
        var data = new System.Text.Json.Nodes.JsonObject { ["title"] = title, ["path"] = "/images/1/" };
        await live.Part<INoticeStore>().Add(new Watch(Guid.Parse(job), "default", person, "cutout", data, TimeProvider.System.GetUtcNow()), CancellationToken.None);
        await live.Part<INoticeStore>().Tell(CancellationToken.None);
    }

    async Task<IReadOnlyList<MimeMessage>> Letters(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System);
        string[] files;
        while ((files = Directory.GetFiles(folder, "*.eml")).Length < count) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
        return [.. files.Order(StringComparer.Ordinal).Select(file => MimeMessage.Load(file))];
    }
}
