using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Revela.Core.Flow;
using Shouldly;
using Xunit;

namespace Revela.Journeys;

/// <summary>Messages to other applications arrive whatever dies, and never with a second id.</summary>
public sealed class WebhookTests
{
    [Fact]
    public async Task Each_end_of_a_job_arrives_under_one_id_although_the_server_dies_between_sending_and_noting()
    {
        var arrived = new ConcurrentQueue<(string Id, string Job)>();
        await using var receiver = await Receive(arrived);
        await using var server = await Server.Started(null, ("REVELA_WEBHOOKS_PRIVATE_HOSTS", "127.0.0.1"), ("REVELA_WEBHOOKS_TIMEOUT", "5s"));
        await server.Door.Post("/api/v1/webhooks", new JsonObject { ["url"] = AddressOf(receiver) + "/hook" });

        var jobs = new List<string> { await Submit(server, 1) };
        // And is noted, so that only the second can be the one at which the server dies.
        await server.Until(door => door.Get("/api/v1/webhooks/deliveries?state=delivered"), noted => noted["deliveries"]!.AsArray().Count == 1, "the first message");
        await server.Kill();
        await server.TryStart(("REVELA_CRASH_AT", string.Create(CultureInfo.InvariantCulture, $"{(int)CrashPoint.WebhookSent}:1")));
        jobs.Add(await Submit(server, 2));
        await server.Process!.Exited.WaitAsync(Server.Patience, TimeProvider.System);
        await server.Start();
        jobs.Add(await Submit(server, 3));

        // What was sent and not noted comes once more when its lease has ended.
        await server.Until(_ => Task.FromResult(arrived.ToArray()), all => all.Length >= 4 && all.Select(message => message.Job).Distinct().Count() == 3, "the arrival of all messages");
        arrived.GroupBy(message => message.Job).Select(job => job.Select(message => message.Id).Distinct().Count()).ShouldBe([1, 1, 1]);
        arrived.Select(message => message.Job).Distinct().ShouldBe(jobs, ignoreOrder: true);
    }

    static async Task<string> Submit(Server server, int seed) =>
        (await server.Door.Submit(Photos.Copy(Photos.Small(64, 48, 3), seed), new Dictionary<string, string> { ["pipeline"] = "grayscale" })).Id();

    static async Task<WebApplication> Receive(ConcurrentQueue<(string Id, string Job)> arrived)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async http =>
        {
            var body = await JsonNode.ParseAsync(http.Request.Body);
            arrived.Enqueue((http.Request.Headers["webhook-id"].ToString(), body!["data"]!.Text("job_id")!));
        });
        await app.StartAsync();
        return app;
    }

    static string AddressOf(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
}
