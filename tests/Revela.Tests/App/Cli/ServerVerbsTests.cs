using Revela.Tests.House;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Cli;

/// <summary>The verbs that talk to a server, against a real one.</summary>
public sealed class ServerVerbsTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("revela-cli-").FullName;
    LiveServer server = null!;

    static string Samples => Path.Combine(Repository.Root, "samples");

    public async Task InitializeAsync() => server = await LiveServer.Start();

    [Fact]
    public async Task Submit_sends_a_folder_and_writes_the_results()
    {
        var session = await Submit(Samples, "-p", "thumbnail", "--out", folder);
        session.Error.ShouldBe("3 completed, 0 failed\n");
        session.ExitCode.ShouldBe(0);
        session.Lines.Order().ShouldBe(new[] { "astronaut", "chelsea", "coffee" }.Select(name => Path.Combine(folder, $"{name}.thumbnail.jpg")));
        session.Lines.ShouldAllBe(path => File.Exists(path));
    }

    [Fact]
    public async Task Submit_passes_over_a_file_that_is_refused_and_names_it()
    {
        var broken = Path.Combine(folder, "broken.jpg");
        File.WriteAllText(broken, "no image");
        var session = await Submit(broken, Path.Combine(Samples, "c*.png"), "-p", "grayscale", "--wait");
        session.ExitCode.ShouldBe(1);
        session.Error.ShouldContain($"{broken}: ");
        session.Error.ShouldContain("(unsupported-format)");
        session.Error.ShouldEndWith("2 completed, 1 failed\n");
    }

    [Fact]
    public async Task A_batch_is_one_and_jobs_are_found_by_it()
    {
        var session = await Submit(Samples, "-p", "resize:width=20", "-p", "convert:format=png", "--batch", "night", "--tag", "a", "--tag", "b", "--priority", "5", "--json", "--wait");
        var jobs = session.Lines.Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!).ToArray();
        jobs.Length.ShouldBe(3);
        var batch = jobs.Select(job => job["batch_id"]!.ToString()).Distinct().ShouldHaveSingleItem();
        jobs.ShouldAllBe(job => job["priority"]!.GetValue<int>() == 5 && job["tags"]!.ToJsonString() == """["a","b"]""" && job["state"]!.ToString() == "completed");
        (await Run("jobs", "list", "--batch", batch, "--limit", "2")).Lines.Length.ShouldBe(3);
    }

    [Fact]
    public async Task Budgets_can_be_set_listed_and_deleted()
    {
        (await Run("budgets", "set", "pictures", "2.5", "--provider", "gemini", "--per", "month", "--soft")).Error.ShouldBe("pictures: 0.00 of 2.50 dollars are spent.\n");
        var listed = (await Run("budgets", "list")).Lines;
        listed.Length.ShouldBe(2);
        foreach (var word in (string[])["pictures", "gemini, soft", "2.50", "month"]) listed[1].ShouldContain(word);
        (await Run("budgets", "set", "pictures", "2.5", "--provider", "nobody")).ExitCode.ShouldBe(1);
        (await Run("budgets", "delete", "pictures")).ExitCode.ShouldBe(0);
        (await Run("budgets", "delete", "pictures")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task Jobs_can_be_shown_cancelled_and_retried()
    {
        await Run("queues", "set", "default", "--concurrency", "2");
        (await Run("queues", "pause", "default")).ExitCode.ShouldBe(0);
        var id = (await Submit(Path.Combine(Samples, "coffee.png"), "-p", "web")).Out.Trim();
        (await Run("jobs", "cancel", id)).Out.ShouldBe($"{id}  cancelled\n");
        (await Run("jobs", "retry", id)).Out.ShouldBe($"{id}  pending\n");
        (await Run("queues", "resume", "default")).ExitCode.ShouldBe(0);
        (await server.Ended(id))["state"]!.ToString().ShouldBe("completed");
        (await Run("jobs", "cancel", id)).ExitCode.ShouldBe(1);
        (await Run("jobs", "show", id)).Json["id"]!.ToString().ShouldBe(id);
    }

    [Fact]
    public async Task Jobs_that_have_ended_are_deleted_by_their_ids_or_counted_and_then_deleted_by_filters()
    {
        var done = (await Submit(Samples, "-p", "thumbnail", "--tag", "gone", "--wait", "--json")).Lines.Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!["id"]!.ToString()).ToArray();
        await Run("queues", "pause", "default");
        var open = (await Submit(Path.Combine(Samples, "coffee.png"), "-p", "grayscale")).Out.Trim();
        (await Run("jobs", "delete", done[0])).Out.ShouldBe($"{done[0]}  deleted\n");
        var refused = await Run("jobs", "delete", done[0], open);
        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain($"{done[0]}: There is no such job.");
        refused.Error.ShouldContain($"{open}: The job has not ended");

        var counted = await Run("jobs", "delete", "--queue", "default");
        (counted.ExitCode, counted.Out).ShouldBe((0, ""));
        counted.Error.ShouldContain("2 match");
        (await Run("jobs", "delete", "--pipeline", "thumbnail", "--state", "failed,cancelled", "--yes")).Out.ShouldBe("0 deleted\n");
        (await Run("jobs", "delete", "--pipeline", "thumbnail", "--yes")).Out.ShouldBe("2 deleted\n");
        (await Run("jobs", "show", open)).Json["state"]!.ToString().ShouldBe("pending");
        foreach (var wrong in (string[][])[[], [open, "--queue", "default"], ["--state", "pending", "--yes"]]) (await Run(["jobs", "delete", .. wrong])).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task A_store_that_another_process_holds_is_waited_for()
    {
        await Run("queues", "set", "held", "--concurrency", "1");
        Task<Session> asked;
        using (new HeldStore(server.Data))
        {
            asked = Run("queues", "pause", "held");
            await server.Post("/api/v1/queues/held/pause", null).ShouldBeProblem(503, "store-unavailable");
        }
        (await asked).ExitCode.ShouldBe(0);
        (await Run("queues", "list", "--json")).Json["queues"]!.AsArray().Single(queue => queue!["name"]!.ToString() == "held")!["paused"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Queues_take_limits_and_lose_them_again()
    {
        var set = await Run("queues", "set", "slow", "--concurrency", "1", "--global-limit", "2", "--rate", "5/10s", "--gap", "2s", "--keep-completed", "100", "--keep-failed", "500", "--keep-for", "7d");
        set.ExitCode.ShouldBe(0, set.Error);
        var queue = set.Json;
        (queue["rate_limit"]!.GetValue<int>(), queue["rate_period_seconds"]!.GetValue<double>(), queue["min_gap_seconds"]!.GetValue<double>()).ShouldBe((5, 10, 2));
        (await Run("queues", "list")).Out.ShouldContain("1 per worker, 2 in all, 5 per 10 s, gap 2 s");
        var freed = (await Run("queues", "set", "slow", "--concurrency", "none", "--rate", "none", "--keep-for", "none")).Json;
        (freed["concurrency"], freed["rate_limit"], freed["keep_for_seconds"]).ShouldBe((null, null, null));
        (await Run("queues", "set", "slow", "--rate", "often")).ExitCode.ShouldBe(2);
        (await Run("queues", "clean", "slow")).Out.ShouldBe("0 deleted\n");
    }

    [Fact]
    public async Task Keys_made_beside_the_server_open_it_until_they_are_revoked()
    {
        var added = await Session.Run("keys", "add", "reader", "--scope", "read", "--data", server.Data);
        var key = added.Out.Trim();
        (await Session.Run("queues", "list", "--server", server.Address.ToString(), "--key", key)).ExitCode.ShouldBe(0);
        (await Session.Run("queues", "pause", "x", "--server", server.Address.ToString(), "--key", key)).ExitCode.ShouldBe(4);
        (await Session.Run("keys", "list", "--data", server.Data)).Out.ShouldContain("reader");
        (await Session.Run("keys", "revoke", added.Error[..36], "--data", server.Data)).ExitCode.ShouldBe(0);
        (await Session.Run("keys", "revoke", Guid.Empty.ToString(), "--data", server.Data)).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task Verify_finds_what_is_missing_and_what_is_too_much()
    {
        await Submit(Samples, "-p", "thumbnail", "--wait");
        var sound = await Session.Run("verify", "--data", server.Data, "--orphan-age", "0");
        sound.ExitCode.ShouldBe(0, sound.Out);

        var lost = Directory.EnumerateFiles(Path.Combine(server.Data, "processed"), "*.jpg", SearchOption.AllDirectories).First();
        File.Move(lost, Path.Combine(Path.GetDirectoryName(lost)!, "stranger.jpg"));
        var broken = await Session.Run("verify", "--data", server.Data, "--orphan-age", "0");
        broken.ExitCode.ShouldBe(1);
        broken.Out.ShouldContain("its bytes are missing");
        broken.Out.ShouldContain("stranger.jpg");
    }

    [Theory]
    [InlineData(3, "the server does not answer", "--server", "http://127.0.0.1:1", "--key", "x")]
    [InlineData(2, "is not an address", "--server", "ftp://x", "--key", "x")]
    [InlineData(4, "a key is needed", "--server", "http://127.0.0.1:1")]
    public async Task A_server_that_is_not_there_is_told_from_a_key_that_is_missing(int code, string words, params string[] arguments)
    {
        var session = await Session.Run(["jobs", "list", "--data", folder, .. arguments]);
        session.ExitCode.ShouldBe(code);
        session.Error.ShouldContain(words);
    }

    Task<Session> Submit(params string[] arguments) => Run(["submit", .. arguments]);

    Task<Session> Run(params string[] arguments) => Session.Run([.. arguments, "--data", server.Data]);

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
