using Revela.Core.Webhooks;
using Shouldly;
using Xunit;

namespace Revela.Tests.Core.Webhooks;

/// <summary>When a message is tried again, and when no more.</summary>
public sealed class DeliveryScheduleTests
{
    static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly TimeSpan Took = TimeSpan.FromSeconds(1);

    [Fact]
    public void Ten_tries_are_spread_over_three_days()
    {
        var (at, tries) = (Now, 0);
        DeliveryOutcome outcome;
        do
        {
            outcome = Judge(500, ++tries, at);
            at = outcome.NextAt ?? at;
        }
        while (outcome.State == DeliveryState.Pending);
        tries.ShouldBe(10);
        (at - Now).TotalHours.ShouldBe(75.6, 0.2);
        outcome.State.ShouldBe(DeliveryState.Failed);
    }

    [Theory]
    [InlineData(0, 4.5)]
    [InlineData(1, 5.5)]
    public void Pauses_are_a_tenth_longer_or_shorter(double random, double seconds) =>
        (Judge(500, 1, Now, random: random).NextAt - Now - Took)!.Value.TotalSeconds.ShouldBe(seconds, 0.001);

    [Theory]
    [InlineData(200, DeliveryState.Delivered)]
    [InlineData(204, DeliveryState.Delivered)]
    [InlineData(301, DeliveryState.Pending)]
    [InlineData(404, DeliveryState.Pending)]
    [InlineData(410, DeliveryState.Failed)]
    [InlineData(503, DeliveryState.Pending)]
    [InlineData(null, DeliveryState.Pending)]
    public void Only_2xx_is_success_and_410_is_the_end(int? status, DeliveryState state)
    {
        var outcome = Judge(status, 1, Now);
        outcome.State.ShouldBe(state);
        outcome.Gone.ShouldBe(status == 410);
        (outcome.HoldUntil is not null).ShouldBe(status == 503);
    }

    [Fact]
    public void Retry_After_lengthens_a_pause_and_holds_the_receiver_but_never_shortens_one()
    {
        var asked = Judge(429, 1, Now, retryAfter: TimeSpan.FromMinutes(2));
        (asked.NextAt - Now - Took).ShouldBe(TimeSpan.FromMinutes(2));
        (asked.HoldUntil - Now - Took).ShouldBe(TimeSpan.FromMinutes(2));
        (Judge(429, 2, Now, retryAfter: TimeSpan.FromSeconds(1)).NextAt - Now - Took).ShouldBe(TimeSpan.FromMinutes(5));
        (Judge(429, 1, Now, retryAfter: TimeSpan.FromDays(6)).NextAt - Now - Took).ShouldBe(TimeSpan.FromDays(1));
    }

    static DeliveryOutcome Judge(int? status, int tries, DateTimeOffset at, double random = 0.5, TimeSpan? retryAfter = null)
    {
        var delivery = new Delivery(1, Guid.NewGuid(), "studio", null, "https://example.com/", "job.completed", "{}", null, DeliveryState.Pending, tries - 1, at, at, null, null);
        return DeliverySchedule.Judge(new ClaimedDelivery(delivery, 1, []), new DeliveryTry(at, Took, status, null, null), retryAfter, tries, random, TimeSpan.FromDays(5));
    }
}
