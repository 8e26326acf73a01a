using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Text.Json;
using Revela.App.Api.Events;
using Revela.App.Api.Views;
using Revela.Core;
using Revela.Core.Events;

namespace Revela.App.Cli;

/// <summary>
/// Follows jobs by the server's events, from before they were submitted: how far each is, and the job itself once it has ended.
/// A connection that breaks is resumed behind the last event, so nothing is missed.
/// </summary>
sealed class JobWatch : IAsyncDisposable
{
    static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(30);

    readonly ApiClient api;
    readonly CancellationTokenSource stop = new();
    readonly ConcurrentDictionary<Guid, TaskCompletionSource> ended = new();
    readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task reading;

    JobWatch(ApiClient api)
    {
        this.api = api;
        reading = Read();
    }

    /// <summary>Takes a job's id, its progress (0–1) and the step that runs; called from one thread at a time.</summary>
    public Action<Guid, double, string?>? Advanced { get; set; }

    /// <summary>Returns once events are being received.</summary>
    public static async Task<JobWatch> Begin(ApiClient api, CancellationToken cancel)
    {
        var watch = new JobWatch(api);
        await (await Task.WhenAny(watch.connected.Task, watch.reading)).WaitAsync(cancel);
        return watch;
    }

    /// <summary>The job once it has ended.</summary>
    public async Task<JobView> End(JobView job, CancellationToken cancel)
    {
        while (!IsOver(job))
        {
            var end = ended.GetOrAdd(job.Id, _ => NewEnd());
            // Asked again now and then, should an event have been lost with a connection that broke before its first one.
            await await Task.WhenAny(end.Task, reading, Task.Delay(AskAgain, TimeProvider.System, cancel));
            // A job that was put back since has another end.
            ended.TryRemove(KeyValuePair.Create(job.Id, end));
            job = await api.Get<JobView>($"api/v1/jobs/{job.Id:D}", cancel);
        }
        return job;
    }

    public static bool IsOver(JobView job) => Revela.Core.Jobs.JobStates.IsFinal(job.State);

    async Task Read()
    {
        string? last = null;
        while (true)
        {
            using var answer = await api.OpenEvents(last, stop.Token);
            connected.TrySetResult();
            try
            {
                await using var stream = await answer.Content.ReadAsStreamAsync(stop.Token);
                await foreach (var happened in SseParser.Create(stream).EnumerateAsync(stop.Token))
                {
                    if (!string.IsNullOrEmpty(happened.EventId)) last = happened.EventId;
                    if (happened.Data.Length > 0) Notice(JsonSerializer.Deserialize<EventView>(happened.Data, RevelaJson.Options)!);
                }
            }
            catch (Exception e) when (e is IOException or HttpRequestException or SocketException)
            {
                // The server restarts: go on behind the last event.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, stop.Token);
        }
    }

    void Notice(EventView happened)
    {
        if (EventTypes.IsFinal(happened.Type)) ended.GetOrAdd(happened.JobId, _ => NewEnd()).TrySetResult();
        else if (happened.Type == EventTypes.Progress)
            Advanced?.Invoke(happened.JobId, happened.Data?["progress"]?.GetValue<double>() ?? 0, happened.Data?["step"]?.GetValue<string>());
    }

    static TaskCompletionSource NewEnd() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await reading.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        stop.Dispose();
    }
}
