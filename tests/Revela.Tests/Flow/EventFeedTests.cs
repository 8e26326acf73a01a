using Microsoft.Extensions.Logging.Abstractions;
using Revela.Core.Events;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.Flow;

public sealed class EventFeedTests : IAsyncLifetime
{
    Spine spine = null!;
    EventFeed feed = null!;

    public async Task InitializeAsync()
    {
        spine = await Spine.Open();
        feed = new EventFeed(spine.Store.Events, spine.Store.Jobs, spine.Store.Signals, TimeProvider.System, NullLogger<EventFeed>.Instance);
        await feed.StartAsync(default);
    }

    public async Task DisposeAsync()
    {
        await feed.StopAsync(default);
        await spine.DisposeAsync();
    }

    [Fact]
    public async Task A_follower_sees_a_jobs_whole_life_and_resumes_behind_any_event()
    {
        var id = await spine.Submit(Spine.Pipeline("cheap"));
        await spine.Turn();

        var life = await Collect(feed.Follow(Spine.Tenant, 0, id, default));
        life.Select(happened => happened.Type).ShouldBe([EventTypes.Accepted, EventTypes.Started, EventTypes.Completed]);

        var rest = await Collect(feed.Follow(Spine.Tenant, life[0].Id, id, default));
        rest.Select(happened => happened.Id).ShouldBe(life.Skip(1).Select(happened => happened.Id));
    }

    [Fact]
    public async Task Events_come_live_in_order_and_each_once()
    {
        using var enough = new CancellationTokenSource();
        var seen = new List<JobEvent>();
        var following = Task.Run(async () =>
        {
            await foreach (var happened in feed.Follow(Spine.Tenant, 0, null, enough.Token))
            {
                seen.Add(happened);
                if (seen.Count == 3 * 100) return;
            }
        });

        for (var i = 0; i < 100; i++)
        {
            await spine.Submit(Spine.Pipeline("cheap"));
            await spine.Turn();
        }
        await following.WaitAsync(TimeSpan.FromSeconds(100));

        seen.Select(happened => happened.Id).ShouldBe(seen.Select(happened => happened.Id).Distinct().Order());
        seen.Count(happened => happened.Type == EventTypes.Completed).ShouldBe(100);
    }

    [Fact]
    public async Task Another_tenants_events_are_not_shown()
    {
        var foreign = await spine.Intake.Accept("other", new MemoryStream(Spine.Photo()), null, default);
        await spine.Submit(Spine.Pipeline("cheap"), foreign, request => request with { Tenant = "other" });
        await spine.Turn();
        var mine = await spine.Submit(Spine.Pipeline("cheap"));
        await spine.Turn();

        (await Collect(feed.Follow(Spine.Tenant, 0, null, default))).ShouldAllBe(happened => happened.JobId == mine);
    }

    [Fact]
    public async Task Waiting_for_the_end_answers_as_soon_as_it_is_there_and_else_with_what_is_known()
    {
        var id = await spine.Submit(Spine.Pipeline("cheap"));
        (await feed.WaitForEnd(Spine.Tenant, id, TimeSpan.Zero, default))!.State.ShouldBe(JobState.Pending);

        var waiting = feed.WaitForEnd(Spine.Tenant, id, TimeSpan.FromSeconds(100), default);
        await spine.Turn();
        (await waiting)!.State.ShouldBe(JobState.Completed);

        (await feed.WaitForEnd(Spine.Tenant, Guid.NewGuid(), TimeSpan.FromSeconds(100), default)).ShouldBeNull();
    }

    static async Task<List<JobEvent>> Collect(IAsyncEnumerable<JobEvent> events)
    {
        var seen = new List<JobEvent>();
        await foreach (var happened in events)
        {
            seen.Add(happened);
            if (EventTypes.IsFinal(happened.Type)) break;
        }
        return seen;
    }
}
