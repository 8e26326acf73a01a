using Shouldly;
using Xunit;

namespace Revela.Journeys;

/// <summary>Processes that end in good order, and those beside the server.</summary>
public sealed class StopTests
{
    const string Pipelines = """
        nap:
          steps:
            - { op: pause, seconds: 6 }
            - grayscale
        doze:
          steps:
            - { op: pause, seconds: 1 }
            - grayscale
        """;

    static readonly byte[] photo = Photos.Small(96, 64, 3);

    [Fact]
    public async Task A_stopped_server_gives_its_work_back_and_no_attempt_is_counted()
    {
        await using var server = await Server.Started(Pipelines);
        var id = (await server.Door.Submit(Photos.Copy(photo, 1), Running("nap"))).Id();
        await server.JobBecomes(id, "processing");

        await server.Stop();
        server.Process!.ExitCode.ShouldBe(0, server.Log);
        ProcessTree.Orphans(RevelaProcess.Binary).ShouldBeEmpty("children of a stopped server");

        await server.Start();
        var job = await server.JobBecomes(id, "completed");
        job.Number("attempt").ShouldBe(1, "the stop was counted as a try");
        job.Number("crashes").ShouldBe(0);
    }

    [Fact]
    public async Task A_second_process_takes_part_and_may_be_killed()
    {
        await using var server = await Server.Started(Pipelines, ("REVELA_WORKER_ENABLED", "false"));
        var id = (await server.Door.Submit(Photos.Copy(photo, 2), Running("doze"))).Id();

        await using (var worker = server.StartWorker())
        {
            await server.JobBecomes(id, "processing");
            worker.Kill();
            await worker.Exited;
        }
        (await server.Door.Get($"/api/v1/jobs/{id}")).Text("state").ShouldBe("processing", "nobody can have noticed yet");

        await using var another = server.StartWorker();
        var job = await server.JobBecomes(id, "completed");
        job.Number("crashes").ShouldBe(0);
        job["error"].ShouldBeNull();
        ProcessTree.Orphans(RevelaProcess.Binary).ShouldBeEmpty("children of a killed worker");
    }

    [Fact]
    public async Task Work_that_waits_is_begun_by_a_second_process_within_moments()
    {
        await using var server = await Server.Started(null, ("REVELA_WORKER_ENABLED", "false"));
        await using var worker = server.StartWorker();
        for (var i = 0; i < 5; i++)
        {
            var job = await server.Door.Submit(Photos.Copy(photo, 10 + i), Running("grayscale"), waitSeconds: 30);
            job.Text("state").ShouldBe("completed");
        }
    }

    static Dictionary<string, string> Running(string pipeline) => new() { ["pipeline"] = pipeline };
}
