using Revela.Core.Flow;
using Shouldly;
using Xunit;

namespace Revela.Journeys;

/// <summary>Processes that end in good order, and those beside the server.</summary>
public sealed class StopTests
{
    const string Pipelines = """
        nap:
          steps:
            - { op: pause, seconds: 4 }
            - grayscale
        """;

    static readonly byte[] photo = Photos.Small(96, 64, 3);

    [Fact]
    public async Task A_stopped_server_gives_its_work_back_and_no_attempt_is_counted()
    {
        await using var server = await Server.Started(Pipelines, ("REVELA_WORKER_STOP_GRACE", "500ms"));
        var id = (await server.Door.Submit(Photos.Copy(photo, 1), Running("nap"))).Id();
        await server.JobBecomes(id, "processing");

        await server.Stop();
        server.Process!.ExitCode.ShouldBe(0, server.Log);
        await Orphans.AreGone();

        await server.Start();
        var job = await server.JobBecomes(id, "completed");
        job.Number("attempt").ShouldBe(1, "the stop was counted as a try");
        job.Number("crashes").ShouldBe(0);
    }

    [Fact]
    public async Task A_second_process_takes_part_and_may_be_killed()
    {
        await using var server = await Server.Started(null, ("REVELA_WORKER_ENABLED", "false"));
        var id = (await server.Door.Submit(Photos.Copy(photo, 2), Running("grayscale"))).Id();

        var worker = server.StartWorker(("REVELA_CRASH_AT", $"{(int)CrashPoint.Developed}"));
        await worker.Exited.WaitAsync(Server.Patience, TimeProvider.System);
        // Whether or not its death was noticed by now.
        (await server.Door.Get($"/api/v1/jobs/{id}")).Text("state").ShouldBeOneOf("processing", "pending");
        await Orphans.AreGone();

        server.StartWorker();
        var job = await server.JobBecomes(id, "completed");
        job.Number("crashes").ShouldBe(0);
        job["error"].ShouldBeNull();
    }

    [Fact]
    public async Task Work_that_waits_is_begun_by_a_second_process_within_moments()
    {
        await using var server = await Server.Started(null, ("REVELA_WORKER_ENABLED", "false"));
        server.StartWorker();
        for (var i = 0; i < 5; i++) await server.JobBecomes((await server.Door.Submit(Photos.Copy(photo, 10 + i), Running("grayscale"))).Id(), "completed");
    }

    static Dictionary<string, string> Running(string pipeline) => new() { ["pipeline"] = pipeline };
}
