using System.Globalization;
using System.Net.ServerSentEvents;
using Revela.Core.Flow;
using Revela.Services;
using Revela.Tests.Storage.Broker;
using Shouldly;
using Xunit;

namespace Revela.Journeys;

/// <summary>Every event reaches other applications, and wakes other processes, whatever dies.</summary>
[Collection(RabbitTests.Name)]
public sealed class BrokerTests(RabbitServer rabbit)
{
    const int Rounds = 6, JobsPerRound = 10;

    [SkippableFact]
    public async Task Every_event_arrives_at_least_once_and_in_order_whatever_is_killed()
    {
        var options = rabbit.Options();
        await using var listener = new BoundQueue(options);
        await listener.Listen();
        await using var server = await Server.Started(null, ("REVELA_BROKER_URL", options.Url!), ("REVELA_BROKER_EXCHANGE", options.Exchange));

        var ids = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < JobsPerRound; i++) ids.Add((await server.Door.Submit(Photos.Copy(Photos.Small(64, 48, 3), ids.Count), Grayscale)).Id());
            await Disturb(server, listener, round);
        }
        await server.Drained(TimeSpan.FromMinutes(5));

        var told = new List<(long Id, string Job)>();
        foreach (var id in ids) told.AddRange((await EventsOf(server, id)).Select(number => (number, id)));
        await Arrive(listener, told);
    }

    // Every way in which one of the two can die: between the confirmation and the note of it, at any moment, and the broker itself.
    async Task Disturb(Server server, BoundQueue listener, int round)
    {
        switch (round % 3)
        {
            case 0:
                await server.Kill();
                // It may die so before it is ready.
                await server.TryStart(("REVELA_CRASH_AT", string.Create(CultureInfo.InvariantCulture, $"{(int)CrashPoint.EventsSent}:1")));
                await server.Process!.Exited.WaitAsync(Server.Patience);
                await server.Start();
                break;
            case 1:
                await rabbit.Kill();
                await server.Door.Submit(Photos.Copy(Photos.Small(64, 48, 3), 1000 + round), Grayscale, waitSeconds: 30);
                await rabbit.StartAgain();
                await listener.Listen();
                break;
            default:
                await server.Kill();
                await server.Start();
                break;
        }
    }

    /// <summary>Reads until all have come, and looks at the order in which they came first.</summary>
    static async Task Arrive(BoundQueue listener, IReadOnlyCollection<(long Id, string Job)> told)
    {
        var first = new List<(long Id, string Job)>();
        var missing = told.ToHashSet();
        var seen = new HashSet<long>();
        while (missing.Count > 0)
        {
            var delivery = (await listener.Take(1))[0];
            var (id, job) = (long.Parse(delivery.MessageId!, CultureInfo.InvariantCulture), delivery.Body["data"]!.Text("job_id")!);
            missing.Remove((id, job));
            if (seen.Add(id)) first.Add((id, job));
        }
        foreach (var ofJob in first.GroupBy(happened => happened.Job)) ofJob.Select(happened => happened.Id).ShouldBe(ofJob.Select(happened => happened.Id).Order());
    }

    static async Task<IReadOnlyList<long>> EventsOf(Server server, string job)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/jobs/{job}/events");
        using var answer = await server.Door.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var numbers = new List<long>();
        await foreach (var happened in SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync())
            if (happened.EventId is { Length: > 0 } id) numbers.Add(long.Parse(id, CultureInfo.InvariantCulture));
        return numbers;
    }

    [SkippableFact]
    public async Task A_worker_beside_the_server_is_woken_over_the_broker_and_works_without_it()
    {
        var options = rabbit.Options();
        await using var server = await Server.Started(null, ("REVELA_BROKER_URL", options.Url!), ("REVELA_BROKER_EXCHANGE", options.Exchange), ("REVELA_WORKER_ENABLED", "false"));
        server.Environment["REVELA_WORKER_ENABLED"] = "true";
        await using var worker = server.StartWorker();
        await IsDeveloped(5);
        await rabbit.Kill();
        await IsDeveloped(6);
        await rabbit.StartAgain();
        await IsDeveloped(7);

        async Task IsDeveloped(uint seed) => await server.JobBecomes((await server.Door.Submit(Photos.Small(64, 48, seed), Grayscale)).Id(), "completed");
    }

    static Dictionary<string, string> Grayscale => new() { ["pipeline"] = "grayscale" };
}
