using Microsoft.Extensions.Logging.Abstractions;
using Revela.Core.Flow;
using Revela.Core.Queues;
using Shouldly;
using Xunit;

namespace Revela.Tests.Flow;

/// <summary>Upkeep is done by one process of a store, and taken over when that one is gone.</summary>
public sealed class UpkeepTests : IAsyncLifetime
{
    Spine spine = null!;

    public async Task InitializeAsync() => spine = await Spine.Open();

    public async Task DisposeAsync() => await spine.DisposeAsync();

    [Fact]
    public async Task Who_freezes_is_followed_when_its_time_is_over_and_is_told_so()
    {
        using var first = Of("first");
        using var second = Of("second");
        (await first.IsMine(default)).ShouldBeTrue();
        (await second.IsMine(default)).ShouldBeFalse();
        spine.Time.Advance(3 * spine.Options.RescueEvery);
        (await second.IsMine(default)).ShouldBeTrue();
        (await first.IsMine(default)).ShouldBeFalse();
    }

    [Fact]
    public async Task Only_who_does_the_upkeep_takes_back_jobs_whose_lease_has_ended()
    {
        await spine.Submit(Spine.Pipeline("cheap"));
        using var held = await spine.Claim("elsewhere");
        using var mine = Of("first");
        using var theirs = Of("second");
        (await mine.IsMine(default)).ShouldBeTrue();
        spine.Time.Advance(spine.Options.Lease);
        (await mine.IsMine(default)).ShouldBeTrue();
        using var idle = Rescuer("second", theirs);
        using var busy = Rescuer("first", mine);
        (await idle.Rescue(default)).ShouldBe(0);
        (await busy.Rescue(default)).ShouldBe(1);
    }

    [Fact]
    public async Task Who_stops_lets_go_of_it()
    {
        using var first = Of("first");
        using var second = Of("second");
        (await first.IsMine(default)).ShouldBeTrue();
        using var rescuer = Rescuer("first", first);
        await rescuer.StopAsync(default);
        (await second.IsMine(default)).ShouldBeTrue();
    }

    WorkerInfo Identity(string id) => WorkerIdentity.Of(spine.Options, spine.Clock) with { Id = id };

    Upkeep Of(string id) => new(spine.Store.Workers, Identity(id), spine.Options, spine.Clock);

    Rescuer Rescuer(string id, Upkeep upkeep) =>
        new(spine.Store.Jobs, spine.Store.Workers, upkeep, Identity(id), spine.Options, spine.Clock, NullLogger<Rescuer>.Instance);
}
