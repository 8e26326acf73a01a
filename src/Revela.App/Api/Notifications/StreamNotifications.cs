using System.Globalization;
using System.Text;
using System.Text.Json;
using Revela.App.Accounts;
using Revela.App.Api.Events;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Links;
using Revela.App.Notifications;
using Revela.Core;
using Revela.Core.Notices;
using Revela.Core.Queues;

namespace Revela.App.Api.Notifications;

/// <summary>GET /api/v1/notifications/stream: notifications as they come.</summary>
public sealed class StreamNotifications(INoticeStore notices, ISignals signals, AccessCheck check, IHostApplicationLifetime lifetime)
{
    const int PageSize = 100;

    [EndpointSummary("Follow notifications")]
    [EndpointDescription("Server-sent events for whoever asks, from now on or after the id in `Last-Event-ID`. Nothing is missed between two connections.")]
    [ReadsHeader("Last-Event-ID", "Resumes after this notification.")]
    [Gives(EventStream.ContentType)]
    [Refuses(400)]
    public static Task Handle(string? lang, HttpContext http, StreamNotifications door) => door.Follow(http);

    async Task Follow(HttpContext http)
    {
        var recipient = http.Recipient();
        var last = EventStream.LastSeen(http.Request) ?? await notices.LastNumber(recipient, http.RequestAborted);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await EventStream.Begin(http, stop.Token);
            while (true)
            {
                var seen = signals.Version(Signal.Notices);
                last = await SendAfter(http, recipient, last, stop.Token);
                if (await signals.Wait(Signal.Notices, seen, EventStream.KeepAlive, stop.Token)) continue;
                if (!await check.StillHolds(http.Access(), stop.Token)) return;
                await EventStream.ShowLife(http, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client left or the server stops: it comes back with the last id it saw.
        }
    }

    async Task<long> SendAfter(HttpContext http, Guid recipient, long last, CancellationToken cancel)
    {
        var (language, links) = (Words.LanguageOf(http.Request), Linker.For(http));
        for (IReadOnlyList<Notice> page; (page = await notices.After(recipient, last, PageSize, cancel)).Count > 0; last = page[^1].Number)
        {
            foreach (var notice in page)
            {
                var data = JsonSerializer.Serialize(NotificationView.Of(notice, language, links), RevelaJson.Options);
                var text = string.Create(CultureInfo.InvariantCulture, $"id: {notice.Number}\nevent: notification\ndata: {data}\n\n");
                await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancel);
            }
            await http.Response.Body.FlushAsync(cancel);
        }
        return last;
    }
}
