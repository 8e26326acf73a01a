using System.Text.Json.Nodes;
using Revela.Journeys.Fleets;
using Shouldly;
using Xunit;
using Drawn = Revela.Tests.App.Pictures;

namespace Revela.Journeys;

/// <summary>The cutout recipe as its gallery uses it, through the death of the server.</summary>
public sealed class CutoutTests
{
    const int Images = 6;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Whoever_asked_is_told_of_each_cutout_once_whatever_dies()
    {
        await using var server = await Server.Started();
        var tasks = new List<string>();
        for (var i = 0; i < Images; i++) tasks.Add(await Ask(server.Door));
        await server.Kill();
        await server.Start();
        tasks.Add(await Ask(server.Door));
        await server.Kill();
        await server.Start();
        await AreDoneAndTold(server, tasks);
    }

    [SkippableFact]
    public async Task Servers_and_workers_of_a_fleet_share_the_cutouts_and_each_is_told_once()
    {
        await using var fleet = await Fleet.Start(workers: 2);
        await using var second = await fleet.StartServer();
        var tasks = new List<string>();
        for (var i = 0; i < Images; i++) tasks.Add(await Ask(i % 2 == 0 ? fleet.Server.Door : second.Door));
        fleet.Workers[0].Kill();
        await fleet.StartWorker(0);
        await fleet.Server.Kill();
        await fleet.Server.Start();
        tasks.Add(await Ask(second.Door));
        await AreDoneAndTold(fleet.Server, tasks);
    }

    static async Task AreDoneAndTold(Server server, List<string> tasks)
    {
        foreach (var task in tasks)
        {
            var ended = await server.Until(door => door.Get($"/images/tasks/{task}/"), seen => seen.Text("status") is "SUCCESS" or "FAILURE", "the end of a cutout", Patience);
            ended.Text("status").ShouldBe("SUCCESS", ended.ToJsonString());
        }
        var told = await server.Until(door => door.Get("/api/v1/notifications?lang=es"), seen => seen.Number("unread") >= tasks.Count, "that all was told", Patience);
        var notifications = told["notifications"]!.AsArray();
        notifications.ShouldAllBe(one => one!["title"]!.ToString() == "Fondo removido");
        notifications.Select(one => one!["data"]!["task_id"]!.ToString()).ShouldBe(tasks, ignoreOrder: true);

        var images = (await server.Door.Get("/images/"))["images"]!.AsArray();
        images.Count.ShouldBe(2 * tasks.Count);
        images.ShouldAllBe(image => image!["status"]!.ToString() == "completed");
    }

    static async Task<string> Ask(Door door)
    {
        var form = new MultipartFormDataContent { { new StringContent("Gato"), "title" }, { new ByteArrayContent(Drawn.Disc()), "image", "gato.png" } };
        using var answer = await door.Http.PostAsync("/images/", form);
        answer.EnsureSuccessStatusCode();
        var image = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["image"]!;
        return (await door.Post($"/images/{image.Text("uuid")}/remove-bg/")).Text("task_id")!;
    }
}
