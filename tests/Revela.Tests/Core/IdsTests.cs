using System.Collections.Concurrent;
using Revela.Core;
using Shouldly;
using Xunit;

namespace Revela.Tests.Core;

/// <summary>UUIDv7 as RFC 9562 has them.</summary>
public sealed class IdsTests
{
    [Fact]
    public void An_id_says_when_it_was_made()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 2, 3, 4, 5, 6, 7, TimeSpan.Zero).AddTicks(1234));
        var id = Ids.New(time);
        (id.Version, id.Variant & 0b1100).ShouldBe((7, 0b1000));
        Ids.TimeOf(id).ShouldBe(new DateTimeOffset(2026, 2, 3, 4, 5, 6, 7, TimeSpan.Zero));
    }

    [Fact]
    public void Ids_sort_by_their_making_inside_a_millisecond_too()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero));
        var made = new List<Guid>();
        // The fraction has twelve bits: it tells steps of three ticks apart.
        for (var tick = 0; tick < 4 * TimeSpan.TicksPerMillisecond; tick += 3)
        {
            made.Add(Ids.New(time));
            time.Advance(TimeSpan.FromTicks(3));
        }
        var sorted = made.OrderBy(id => id.ToString(), StringComparer.Ordinal);
        made.ShouldBe(sorted);
    }

    [Fact]
    public async Task No_two_are_alike_though_many_make_them_at_one_moment()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero));
        var made = new ConcurrentDictionary<Guid, bool>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++) made.TryAdd(Ids.New(time), true).ShouldBeTrue();
        })));
        made.Count.ShouldBe(80_000);
    }
}
