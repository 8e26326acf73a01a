using Revela.App.Api.Views;
using Revela.App.Links;
using Revela.Core.Accounts;
using Revela.Core.Events;
using Revela.Core.Flow;
using Revela.Core.Notices;
using Revela.Core.Queues;

namespace Revela.App.Mail;

/// <summary>
/// Writes letters to people about what they were told in the application, in the order in which they were. How far it has come stands in the store, and moves
/// on when a letter is with the mail server: one may come twice after a crash, with the same id, and none is lost while the server is away. One process writes.
/// </summary>
public sealed class Mailer(
    INoticeStore notices, IUserStore users, IEventStore readers, PostOffice office, LinkSigner signer, RevelaOptions options, ISignals signals,
    IWorkerStore workers, WorkerInfo identity, TimeProvider time, ILogger<Mailer> log) : BackgroundService
{
    /// <summary>The mailer's place in the notices.</summary>
    public const string Reader = "mail";

    const int Page = 50;

    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2), LongestPause = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var duty = new Duty("mail", workers, identity, options.Worker, time);
        var pause = FirstPause;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await duty.IsMine(stopping)) await Turn(stopping);
                else await Task.Delay(options.Worker.RescueEvery, time, stopping);
                pause = FirstPause;
            }
            catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
            {
                log.LogWarning(e, "Mail could not be sent; trying again");
                await Task.Delay(pause, time, stopping);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    async Task Turn(CancellationToken stopping)
    {
        var seen = signals.Version(Signal.Notices);
        var position = await readers.Position(Reader, stopping);
        var page = await notices.Since(position, Page, stopping);
        foreach (var notice in page)
        {
            // What people were told before there was mail is old news.
            if (position > 0 || time.GetUtcNow() - notice.CreatedAt < TimeSpan.FromHours(1)) await Write(notice, stopping);
            if (!await readers.Advance(Reader, position, notice.Number, CancellationToken.None)) return;
            position = notice.Number;
        }
        if (page.Count == 0) await signals.Wait(Signal.Notices, seen, options.Worker.RescueEvery, stopping);
    }

    async Task Write(Notice notice, CancellationToken cancel)
    {
        // Keys have no address.
        if (await users.Get(notice.Recipient, cancel) is not { DisabledAt: null } person) return;
        var view = NotificationView.Of(notice, options.Smtp.Language, new Linker(signer, options.Links.PublicUrl?.TrimEnd('/') ?? "", notice.Tenant));
        var link = view.Link is { } found && options.Links.PublicUrl is not null ? $"\n\n{found.Text}: {found.Url}" : "";
        if (!await office.Send(notice.Id.ToString("N"), person.Name, person.Email, view.Title, view.Body + link + "\n", cancel))
            log.LogWarning("The mail server does not take mail for notification {Id}", notice.Id);
    }
}
