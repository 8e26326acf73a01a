using Revela.Core.Statistics;
using Shouldly;
using Xunit;

namespace Revela.Tests.Core.Statistics;

/// <summary>Durations in bins.</summary>
public sealed class BinTests
{
    [Fact]
    public void A_duration_read_from_its_bin_is_at_most_nine_percent_off()
    {
        for (var ms = 1.0; ms < 1e9; ms *= 1.0173)
        {
            var read = Bin.Middle(Bin.Of(TimeSpan.FromMilliseconds(ms))).TotalMilliseconds;
            (read / ms).ShouldBe(1, 0.095, $"{ms} ms");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.4)]
    public void What_is_shorter_than_a_millisecond_counts_as_one(double ms) => Bin.Middle(Bin.Of(TimeSpan.FromMilliseconds(ms))).ShouldBe(TimeSpan.FromMilliseconds(1));

    [Fact]
    public void No_duration_is_too_long() => Bin.Of(TimeSpan.MaxValue).ShouldBeLessThan(1000);
}
