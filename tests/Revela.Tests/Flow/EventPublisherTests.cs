using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Revela.Core.Events;
using Revela.Core.Flow;
using Revela.Core.Queues;
using Shouldly;
using Xunit;

namespace Revela.Tests.Flow;

/// <summary>Events to other applications: each at least once and first in its order, by one process at a time.</summary>
public sealed class EventPublisherTests : IAsyncLifetime
{
    readonly Outside outside = new();
    Spine spine = null!;

    public async Task InitializeAsync() => spine = await Spine.Open(time: TimeProvider.System);

    public async Task DisposeAsync() => await spine.DisposeAsync();

    [Fact]
    public async Task Every_event_is_sent_in_order_and_a_second_start_goes_on_where_the_first_stopped()
    {
        using (var first = await Start("one"))
        {
            await Live(5);
            await outside.Has(15);
            await first.StopAsync(default);
        }
        await Live(5);
        // As the process does when it stops.
        await spine.Store.Workers.Remove("one", default);
        using var second = await Start("two");
        await outside.Has(30);
        await second.StopAsync(default);

        outside.Ids.ShouldBe(outside.Ids.Distinct().Order());
        outside.Ids.ShouldBe((await spine.Store.Events.Read(0, 100, default)).Select(happened => happened.Id));
    }

    [Fact]
    public async Task What_was_not_confirmed_is_sent_again_from_the_same_place()
    {
        outside.Failures = 2;
        using var publisher = await Start("one");
        await Live(3);
        await outside.Has(9, tries: 3);
        await publisher.StopAsync(default);

        outside.Ids.Distinct().ShouldBe((await spine.Store.Events.Read(0, 100, default)).Select(happened => happened.Id));
    }

    [Fact]
    public async Task Of_two_processes_one_sends_until_it_leaves()
    {
        // The clock stands still, so that no hold ends by itself.
        await using var still = await Spine.Open();
        using var first = await Start("one", still);
        await Live(1, still);
        await outside.Has(3);
        using var second = await Start("two", still);
        await Live(3, still);
        await outside.Has(12);
        outside.Ids.ShouldBe(outside.Ids.Distinct().Order());

        await first.StopAsync(default);
        await Live(3, still);
        var all = outside.Has(21);
        while (!all.IsCompleted)
        {
            still.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(all, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System));
        }
        await all;
        await second.StopAsync(default);
        outside.Ids.ShouldBe(outside.Ids.Distinct().Order());
    }

    async Task<EventPublisher> Start(string name, Spine? at = null)
    {
        at ??= spine;
        var identity = new WorkerInfo(name, "host", 1, 1, TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow(), 100);
        var publisher = new EventPublisher(
            at.Store.Events, outside, at.Store.Signals, at.Store.Workers, identity, at.Options, at.Clock, NullLogger<EventPublisher>.Instance);
        await publisher.StartAsync(default);
        return publisher;
    }

    // Three events each: accepted, started, completed.
    async Task Live(int jobs, Spine? at = null)
    {
        at ??= spine;
        for (var i = 0; i < jobs; i++)
        {
            await at.Submit(Spine.Pipeline("cheap"));
            await at.Turn();
        }
    }

    /// <summary>Another application, which may refuse.</summary>
    sealed class Outside : IEventSink
    {
        readonly ConcurrentQueue<long> ids = [];
        readonly SemaphoreSlim arrived = new(0);

        public int Failures { get; set; }
        int Tries { get; set; }
        public IReadOnlyList<long> Ids => [.. ids];

        public Task Publish(IReadOnlyList<JobEvent> events, CancellationToken cancel)
        {
            Tries++;
            foreach (var happened in events) ids.Enqueue(happened.Id);
            arrived.Release();
            return Failures-- > 0 ? Task.FromException(new IOException("No confirmation came.")) : Task.CompletedTask;
        }

        public async Task Has(int count, int tries = 1)
        {
            while (ids.Distinct().Count() < count || Tries < tries) await arrived.WaitAsync(TimeSpan.FromMinutes(1)).ContinueWith(waited => waited.Result.ShouldBeTrue());
        }
    }
}
