using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Revela.Core.Events;
using Revela.Core.Queues;
using Revela.Core.Webhooks;

namespace Revela.Core.Flow;

/// <summary>
/// Writes the messages that events lead to: one for each endpoint that wants the event, and for the callback of a job that has ended. They are kept in the
/// commit that notes how far it came, so each is written once, whoever writes and whenever it dies. One server does it for all.
/// </summary>
public sealed class Postman(
    IEventStore events, IWebhookStore webhooks, ISignals signals, IWorkerStore workers, WorkerInfo identity, WorkerOptions options, TimeProvider time, ILogger<Postman> log)
    : BackgroundService
{
    /// <summary>The postman's place in the events.</summary>
    public const string Reader = "webhooks";

    const int Page = 500;

    static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var duty = new Duty("webhooks", workers, identity, options, time);
        while (!stopping.IsCancellationRequested)
        {
            var seen = signals.Version(Signal.Events);
            try
            {
                if (await duty.IsMine(stopping))
                    while (await Write(stopping) == Page) { }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Messages.UpkeepFailed(log, e, "Writing webhooks");
            }
            await Task.Delay(Rest, time, stopping);
            await signals.Wait(Signal.Events, seen, options.RescueEvery, stopping);
        }
    }

    /// <summary>Writes what the next page of events leads to. How many events there were.</summary>
    public async Task<int> Write(CancellationToken cancel)
    {
        var position = await events.Position(Reader, cancel);
        // Read before the promises: what had ended by then was promised before.
        var last = await events.LastId(cancel);
        if (last == position) return 0;
        var endpoints = await webhooks.List(null, cancel);
        if (endpoints.Count == 0 && !await webhooks.HasCallbacks(cancel))
        {
            await events.Advance(Reader, position, last, cancel);
            return 0;
        }
        var page = await events.Read(position, Page, cancel);
        if (page.Count == 0) return 0;
        var ended = page.Where(happened => EventTypes.IsFinal(happened.Type)).Select(happened => happened.JobId).Distinct().ToArray();
        var callbacks = (await webhooks.Callbacks(ended, cancel)).ToDictionary(callback => callback.JobId);
        await webhooks.Write(Reader, position, page[^1].Id, [.. page.SelectMany(happened => About(happened, endpoints, callbacks))], cancel);
        return page.Count;
    }

    IEnumerable<NewDelivery> About(JobEvent happened, IReadOnlyList<WebhookEndpoint> endpoints, Dictionary<Guid, Callback> callbacks)
    {
        string? body = null;
        foreach (var endpoint in endpoints.Where(endpoint => endpoint.Wants(happened)))
            yield return new NewDelivery(Ids.New(time), happened.Tenant, endpoint.Id, endpoint.Url, happened.Type, body ??= BodyOf(happened), happened.JobId);
        if (EventTypes.IsFinal(happened.Type) && callbacks.GetValueOrDefault(happened.JobId) is { } callback && callback.Tenant == happened.Tenant)
            yield return new NewDelivery(Ids.New(time), happened.Tenant, null, callback.Url, happened.Type, body ?? BodyOf(happened), happened.JobId);
    }

    // Short, and true for ever: whoever wants more asks for the job.
    static string BodyOf(JobEvent happened) => JsonSerializer.Serialize(
        new { happened.Type, Timestamp = happened.At, Data = new { happened.JobId, happened.BatchId, happened.Queue, Sequence = happened.Id, Details = (JsonNode?)happened.Data } },
        RevelaJson.Options);
}
