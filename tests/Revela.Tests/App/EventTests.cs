using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Revela.Core.Events;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App;

/// <summary>Server-sent events: to the end of a job, for all, and on from where a client left off.</summary>
[Collection(nameof(SharedServer))]
public sealed class EventTests(SharedServer shared)
{
    readonly LiveServer live = shared.Live;

    [Fact]
    public async Task A_jobs_events_come_in_order_and_end_with_it()
    {
        var job = await live.Post("/api/v1/jobs", Form(("pipeline", "grayscale")).File(Pictures.New())).ShouldBe(202);
        var seen = await live.Events($"/api/v1/jobs/{job["id"]}/events").ToListAsync();
        seen.First().EventType.ShouldBe(EventTypes.Accepted);
        seen.Last().EventType.ShouldBe(EventTypes.Completed);
        var ids = seen.Select(happened => long.Parse(happened.EventId!)).ToArray();
        ids.ShouldBe(ids.Order().Distinct());
        var last = JsonNode.Parse(seen.Last().Data)!;
        last["job_id"]!.ToString().ShouldBe(job["id"]!.ToString());
        last["type"]!.ToString().ShouldBe(EventTypes.Completed);
        last["id"]!.ToString().ShouldBe(seen.Last().EventId);
    }

    [Fact]
    public async Task A_client_goes_on_after_the_event_it_saw_last_and_is_told_when_there_is_no_more()
    {
        var job = await live.Develop(Pictures.New(), "grayscale");
        var path = $"/api/v1/jobs/{job["id"]}/events";
        var all = await live.Events(path).ToListAsync();
        var rest = await live.Events(path, lastEventId: all[0].EventId).ToListAsync();
        rest.Select(happened => happened.EventId).ShouldBe(all.Skip(1).Select(happened => happened.EventId));
        (await live.Events($"{path}?after={all[0].EventId}").ToListAsync()).Count.ShouldBe(rest.Count);

        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Last-Event-ID", all[^1].EventId);
        using var over = await live.Client.SendAsync(request);
        over.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task All_events_of_the_tenant_are_followed_without_a_gap()
    {
        var before = await live.Part<IEventStore>().LastId(CancellationToken.None);
        var jobs = new HashSet<string>();
        for (var i = 0; i < 3; i++) jobs.Add((await live.Develop(Pictures.New(), "grayscale"))["id"]!.ToString());
        await foreach (var happened in live.Events("/api/v1/events", lastEventId: before.ToString()))
        {
            if (happened.EventType == EventTypes.Completed) jobs.Remove(JsonNode.Parse(happened.Data)!["job_id"]!.ToString());
            if (jobs.Count == 0) break;
        }
    }

    [Fact]
    public async Task Signed_links_follow_events_without_a_key()
    {
        var job = await live.Develop(Pictures.New(), "grayscale");
        (await live.Events(job["links"]!["events"]!.ToString(), client: live.Stranger).ToListAsync()).ShouldNotBeEmpty();
        using var all = await live.Stranger.GetAsync((await live.Get("/api/v1/stats"))["links"]!["events"]!.ToString(), HttpCompletionOption.ResponseHeadersRead);
        all.StatusCode.ShouldBe(HttpStatusCode.OK);
        all.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        all.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    public async Task A_last_event_that_is_no_number_is_refused(string id)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        request.Headers.Add("Last-Event-ID", id);
        await live.Client.SendAsync(request).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
    }
}
