using Microsoft.Extensions.Logging.Abstractions;
using Revela.App.Dashboard.Queues;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Dashboard;

/// <summary>How fast queues go, on a real store and a clock that is moved by hand.</summary>
[Collection(nameof(SharedServer))]
public sealed class PaceTests(SharedServer shared)
{
    [Fact]
    public async Task What_ended_between_two_looks_makes_the_pace()
    {
        var time = new ManualTime();
        using var pace = new Pace(shared.Live.Part<IJobStore>(), time, NullLogger<Pace>.Instance);
        pace.PerMinute(null).ShouldBeNull();
        await pace.Look(default);
        await shared.Live.Develop(Pictures.New(), "grayscale");
        await shared.Live.Develop(Pictures.New(), "grayscale");
        await pace.Look(default);
        pace.Beats(null).Single().ShouldBeGreaterThanOrEqualTo(2);
        pace.PerMinute("default").ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(24);
        pace.UntilEmpty("default", 240).ShouldNotBeNull().ShouldBeLessThanOrEqualTo(TimeSpan.FromMinutes(10));
        pace.UntilEmpty("default", 0).ShouldBeNull();
        pace.UntilEmpty("no-such-queue", 10).ShouldBeNull();
    }
}
