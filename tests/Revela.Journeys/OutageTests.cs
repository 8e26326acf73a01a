using System.Net;
using System.Text.Json.Nodes;
using Revela.Core.Assets;
using Shouldly;
using Xunit;

namespace Revela.Journeys;

/// <summary>No outage can fail an image (law 7).</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Jobs_wait_while_the_storage_is_away_and_complete_when_it_is_back()
    {
        await using var server = await Server.Started();
        await server.Door.Patch("/api/v1/queues/default", new JsonObject { ["paused"] = true });
        var ids = new List<string>();
        for (var i = 0; i < 6; i++) ids.Add((await server.Door.Submit(Photos.Copy(Photos.Small(96, 64, 4), i), Grayscale)).Id());

        foreach (var area in ObjectKeys.Areas) Directory.Move(Path.Combine(server.Data, area), Path.Combine(server.Data, $"{area}.away"));
        await server.Door.Post("/api/v1/queues/default/resume");
        await server.Until(
            door => door.Get("/api/v1/stats"), stats => stats["total"]!.Number("delayed") == ids.Count, "that all jobs wait for the storage");
        using (var refused = await server.Door.Send("/api/v1/jobs", Photos.Small(96, 64, 5), Grayscale)) refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        foreach (var area in ObjectKeys.Areas)
        {
            Directory.Exists(Path.Combine(server.Data, area)).ShouldBeFalse("a folder that was taken away must not be made anew: it would hide the one that comes back");
            Directory.Move(Path.Combine(server.Data, $"{area}.away"), Path.Combine(server.Data, area));
        }
        foreach (var id in ids)
        {
            var job = await server.JobBecomes(id, "completed");
            job.Number("attempt").ShouldBe(1, "the outage was counted as a try");
        }
    }

    static Dictionary<string, string> Grayscale => new() { ["pipeline"] = "grayscale" };
}
