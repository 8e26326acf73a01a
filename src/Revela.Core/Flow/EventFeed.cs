using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Revela.Core.Events;
using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.Core.Flow;

/// <summary>
/// Reads the store's events once per process and hands them to whoever follows: dashboards, waiting requests, webhooks.
/// A follower resumes after any id and misses nothing; one that is too slow is caught up from the store.
/// </summary>
public sealed class EventFeed(IEventStore events, IJobStore jobs, ISignals signals, TimeProvider time, ILogger<EventFeed> log) : BackgroundService
{
    const int PageSize = 500;

    readonly ConcurrentDictionary<Follower, byte> followers = new();
    readonly ConcurrentDictionary<Guid, ConcurrentDictionary<Follower, byte>> byJob = new();
    readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long position;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (!started.Task.IsCompleted) await Start(stopping);
                await Pump(stopping);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Messages.UpkeepFailed(log, e, "Reading events");
                await signals.Wait(Signal.Events, signals.Version(Signal.Events), TimeSpan.FromSeconds(1), stopping);
            }
        }
    }

    async Task Start(CancellationToken stopping)
    {
        position = await events.LastId(stopping);
        started.SetResult();
    }

    async Task Pump(CancellationToken stopping)
    {
        var seen = signals.Version(Signal.Events);
        var page = await events.Read(position, PageSize, stopping);
        foreach (var happened in page)
        {
            foreach (var (follower, _) in followers) follower.Offer(happened);
            if (byJob.TryGetValue(happened.JobId, out var waiting))
                foreach (var (follower, _) in waiting) follower.Offer(happened);
        }
        if (page.Count > 0) Volatile.Write(ref position, page[^1].Id);
        else await signals.Wait(Signal.Events, seen, TimeSpan.FromSeconds(15), stopping);
    }

    /// <summary>Every event of the tenant (and the job, if given) after an id, and then live, until cancelled.</summary>
    public async IAsyncEnumerable<JobEvent> Follow(string tenant, long after, Guid? jobId, [EnumeratorCancellation] CancellationToken cancel)
    {
        await started.Task.WaitAsync(cancel);
        using var follower = Join(jobId);
        var last = after;
        while (true)
        {
            // What was written before the follower joined, and what it could not hold.
            follower.Lagged = false;
            for (IReadOnlyList<JobEvent> page; (page = await Read(tenant, last, jobId, cancel)).Count > 0;)
            {
                foreach (var happened in page.Where(happened => happened.Tenant == tenant)) yield return happened;
                last = page[^1].Id;
            }
            while (!follower.Lagged && await follower.Incoming.WaitToReadAsync(cancel))
            {
                while (follower.Incoming.TryRead(out var happened))
                {
                    if (happened.Id <= last) continue;
                    last = happened.Id;
                    if (happened.Tenant == tenant) yield return happened;
                }
            }
        }
    }

    /// <summary>The job once it has ended, or as it is when the time is over; null when unknown.</summary>
    public async Task<Job?> WaitForEnd(string tenant, Guid jobId, TimeSpan atMost, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(atMost, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        using var follower = Join(jobId);
        var job = await jobs.Get(tenant, jobId, cancel);
        try
        {
            while (job is { } waiting && !waiting.State.IsFinal() && await follower.Incoming.WaitToReadAsync(limit.Token))
            {
                var ended = false;
                while (follower.Incoming.TryRead(out var happened)) ended |= EventTypes.IsFinal(happened.Type);
                if (ended) job = await jobs.Get(tenant, jobId, cancel);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            job = await jobs.Get(tenant, jobId, cancel);
        }
        return job;
    }

    Task<IReadOnlyList<JobEvent>> Read(string tenant, long after, Guid? jobId, CancellationToken cancel) =>
        jobId is { } id ? events.ReadJob(tenant, id, after, PageSize, cancel) : events.Read(after, PageSize, cancel);

    Follower Join(Guid? jobId)
    {
        var follower = new Follower(leaving =>
        {
            followers.TryRemove(leaving, out _);
            if (jobId is { } id && byJob.TryGetValue(id, out var rest))
                lock (byJob)
                    if (rest.TryRemove(leaving, out _) && rest.IsEmpty) byJob.TryRemove(id, out _);
        });
        if (jobId is not { } job) followers[follower] = 0;
        else
            lock (byJob)
                byJob.GetOrAdd(job, _ => new())[follower] = 0;
        return follower;
    }

    sealed class Follower(Action<Follower> leave) : IDisposable
    {
        readonly Channel<JobEvent> channel = Channel.CreateBounded<JobEvent>(
            new BoundedChannelOptions(4096) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

        public ChannelReader<JobEvent> Incoming => channel.Reader;

        /// <summary>It could not take an event: the store has what it missed.</summary>
        public volatile bool Lagged;

        public void Offer(JobEvent happened)
        {
            if (!channel.Writer.TryWrite(happened)) Lagged = true;
        }

        public void Dispose() => leave(this);
    }
}
