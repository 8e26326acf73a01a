using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Revela.App.Accounts;
using Revela.Core;
using Revela.Core.Events;
using Revela.Core.Flow;

namespace Revela.App.Api.Events;

/// <summary>An event as clients read it, in the <c>data</c> of a server-sent event.</summary>
public sealed record EventView(long Id, string Type, Guid JobId, Guid? BatchId, string Queue, DateTimeOffset At, JsonObject? Data)
{
    public static EventView Of(JobEvent happened) =>
        new(happened.Id, happened.Type, happened.JobId, happened.BatchId, happened.Queue, happened.At, happened.Data);
}

/// <summary>Sends events as they happen (server-sent events), with a sign of life while nothing does, until the client leaves, its access ends or the server stops.</summary>
public sealed class EventStream(EventFeed feed, AccessCheck check, TimeProvider time, IHostApplicationLifetime lifetime)
{
    public const string ContentType = "text/event-stream";
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <summary>The id that the client has seen last; null when it begins.</summary>
    public static long? LastSeen(HttpRequest request)
    {
        var text = request.Headers["Last-Event-ID"].ToString();
        if (text.Length == 0) return null;
        return long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id)
            ? id
            : throw Refusals.Invalid("The last event's id must be a number.");
    }

    /// <param name="isLast">Says after an event was sent whether the stream ends with it.</param>
    public async Task Write(HttpContext http, long after, Guid? jobId, Func<JobEvent, CancellationToken, Task<bool>> isLast)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        await Begin(http, stop.Token);
        var events = feed.Follow(http.Tenant(), after, jobId, stop.Token).GetAsyncEnumerator(stop.Token);
        var next = events.MoveNextAsync().AsTask();
        try
        {
            while (await IsThere(next, http, stop.Token))
            {
                await Send(http, events.Current, stop.Token);
                if (await isLast(events.Current, stop.Token)) break;
                next = events.MoveNextAsync().AsTask();
                if (!next.IsCompleted) await http.Response.Body.FlushAsync(stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client left or the server stops: it comes back with the last id it saw.
        }
        finally
        {
            await stop.CancelAsync();
            await next.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await events.DisposeAsync();
        }
    }

    async Task<bool> IsThere(Task<bool> next, HttpContext http, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await next.WaitAsync(KeepAlive, time, cancel);
            }
            catch (TimeoutException)
            {
                if (!await check.StillHolds(http.Access(), cancel)) return false;
                await ShowLife(http, cancel);
            }
        }
    }

    /// <summary>For connections over which nothing else goes; proxies cut off those that are silent.</summary>
    public static async Task ShowLife(HttpContext http, CancellationToken cancel)
    {
        await http.Response.Body.WriteAsync(": still here\n\n"u8.ToArray(), cancel);
        await http.Response.Body.FlushAsync(cancel);
    }

    /// <summary>The head of the answer, at once.</summary>
    public static async Task Begin(HttpContext http, CancellationToken cancel)
    {
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = ContentType;
        http.Response.Headers.CacheControl = "no-store";
        // Tells nginx to pass each event on at once.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        await http.Response.Body.WriteAsync("retry: 2000\n\n"u8.ToArray(), cancel);
        await http.Response.Body.FlushAsync(cancel);
    }

    static Task Send(HttpContext http, JobEvent happened, CancellationToken cancel)
    {
        // JSON of this dialect holds no line breaks, which would end the field.
        var data = JsonSerializer.Serialize(EventView.Of(happened), RevelaJson.Options);
        var text = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"id: {happened.Id}\nevent: {happened.Type}\ndata: {data}\n\n");
        return http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancel).AsTask();
    }
}
