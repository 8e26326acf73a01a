using System.Text.Json.Nodes;
using Revela.Core.Events;
using Revela.Services;
using Revela.Storage.Broker;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage.Broker;

/// <summary>Events on a real broker: complete, in order, kept over its death.</summary>
[Collection(RabbitTests.Name)]
public sealed class EventExchangeTests(RabbitServer server)
{
    static readonly Guid Job = Guid.Parse("019aa0c3-7f1e-7c52-9d1c-2b1f6f0a4e11");

    static JobEvent Event(long id, string type = EventTypes.Progress, JsonObject? data = null) =>
        new(id, type, "studio", Job, null, "default", new DateTimeOffset(2030, 1, 31, 22, 0, 0, TimeSpan.Zero), data);

    static IReadOnlyList<JobEvent> Events(int from, int count) => [.. Enumerable.Range(from, count).Select(id => Event(id))];

    [SkippableFact]
    public async Task An_event_arrives_as_a_CloudEvent_under_its_type()
    {
        var options = server.Options() with { Source = "/shop" };
        await using var queue = new BoundQueue(options, "job.completed");
        await queue.Listen();
        await using var exchange = new EventExchange(options, TimeProvider.System);

        await exchange.Publish([Event(6), Event(7, EventTypes.Completed)], default);

        var delivery = (await queue.Take(1)).Single();
        (delivery.RoutingKey, delivery.Persistent, delivery.MessageId).ShouldBe(("job.completed", true, "7"));
        delivery.ContentType.ShouldBe("application/cloudevents+json; charset=UTF-8");
        (delivery.Body["source"]!.ToString(), delivery.Body["id"]!.ToString(), delivery.Body["type"]!.ToString()).ShouldBe(("/shop", "7", "revela.job.completed"));
        queue.Deliveries.TryRead(out _).ShouldBeFalse();
    }

    [SkippableFact]
    public async Task Many_at_once_arrive_in_their_order()
    {
        var options = server.Options();
        await using var queue = new BoundQueue(options);
        await queue.Listen();
        await using var exchange = new EventExchange(options, TimeProvider.System);

        for (var from = 1; from <= 1000; from += 200) await exchange.Publish(Events(from, 200), default);

        (await queue.Take(1000)).Select(delivery => delivery.MessageId).ShouldBe(Events(1, 1000).Select(CloudEvents.IdOf));
    }

    [SkippableFact]
    public async Task A_death_of_the_broker_is_told_and_costs_nothing_that_was_confirmed()
    {
        var options = server.Options();
        await using var exchange = new EventExchange(options, TimeProvider.System);
        await using (var before = new BoundQueue(options)) await before.Listen();
        await using var queue = new BoundQueue(options);
        await queue.Listen();
        await exchange.Publish(Events(1, 100), default);
        await queue.Take(100);

        await server.Kill();
        await Should.ThrowAsync<Exception>(() => exchange.Publish(Events(101, 10), default));
        await Should.ThrowAsync<Exception>(() => exchange.Publish(Events(101, 10), default));
        await server.StartAgain();
        await exchange.Publish(Events(101, 10), default);

        // What the listener's last words could not tell the broker comes again, and so does what a broken page had brought.
        await queue.Listen();
        var rest = new List<string?>();
        while (!rest.Contains("110")) rest.Add((await queue.Take(1))[0].MessageId);
        rest.Where(id => id!.Length == 3 && id != "100").Distinct().ShouldBe(Events(101, 10).Select(CloudEvents.IdOf));
    }
}
