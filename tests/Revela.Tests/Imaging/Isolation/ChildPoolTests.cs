using System.Diagnostics;
using Revela.Core;
using Revela.Core.Pipelines;
using Revela.Imaging.Isolation;
using Revela.Imaging.Native.TurboJpeg;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Isolation;

/// <summary>Real child processes that crash, hang and eat memory, and what the parent makes of it.</summary>
public sealed class ChildPoolTests
{
    static readonly ChildPoolOptions Hasty = new() { StepTimeLimit = TimeSpan.FromSeconds(1), StopGrace = TimeSpan.FromMilliseconds(300) };

    [Fact]
    public async Task A_run_ends_with_a_file_and_the_child_is_used_again()
    {
        await using var children = new Children();
        var first = (await children.Run("grayscale")).ShouldBeOfType<StepOutcome.Developed>();
        File.Exists(first.Path).ShouldBeTrue();
        var child = children.Pool.Children.ShouldHaveSingleItem();

        (await children.Run("grayscale")).ShouldBeOfType<StepOutcome.Developed>();
        children.Pool.Children.ShouldBe([child]);
    }

    [Fact]
    public async Task A_segmentation_fault_is_named_and_takes_down_no_other_run()
    {
        await using var children = new Children();
        var other = children.Run("pause", Children.Seconds(1));
        var outcome = await children.Run("test-crash");

        outcome.ShouldBeOfType<StepOutcome.Crashed>().Error.Error.Code.ShouldBe("crashed");
        ((StepOutcome.Crashed)outcome).Error.Error.Message.ShouldContain("SIGSEGV");
        (await other).ShouldBeOfType<StepOutcome.Developed>();
        (await children.Run("grayscale")).ShouldBeOfType<StepOutcome.Developed>();
    }

    [Fact]
    public async Task A_decoder_that_spins_is_killed_after_its_time()
    {
        await using var children = new Children(Hasty);
        var clock = Stopwatch.StartNew();
        (await children.Run("test-spin")).ShouldBeOfType<StepOutcome.Crashed>().Error.Error.Code.ShouldBe("timed-out");
        clock.Elapsed.ShouldBeInRange(Hasty.StepTimeLimit, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task What_a_library_prints_is_not_taken_for_an_answer()
    {
        await using var children = new Children();
        (await children.Run("test-say-garbage")).ShouldBeOfType<StepOutcome.Developed>();
    }

    [Fact]
    public async Task A_pause_adds_its_seconds_to_the_time_limit()
    {
        var time = new ManualTime();
        await using var children = new Children(Hasty, time: time);
        await children.Run("grayscale");
        var run = children.Run("pause", Children.Seconds(60));
        time.Advance(Hasty.StepTimeLimit + TimeSpan.FromSeconds(59));
        run.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(2));
        (await run).ShouldBeOfType<StepOutcome.Crashed>().Error.Error.Code.ShouldBe("timed-out");
    }

    [Fact]
    public async Task A_decoder_that_eats_memory_is_ended_near_its_bound()
    {
        await using var children = new Children(new ChildPoolOptions { WatchEvery = TimeSpan.FromMilliseconds(20) });
        await children.Run("grayscale");
        var peak = 0L;
        using var watch = TimeProvider.System.CreateTimer(_ => peak = Math.Max(peak, children.Pool.Children.Sum(Memory)), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(5));

        (await children.Run("test-eat", megabytes: 100)).ShouldBeOfType<StepOutcome.Crashed>().Error.Error.Code.ShouldBe("too-large");
        peak.ShouldBeLessThan(700L << 20);
    }

    [Fact]
    public async Task The_wall_holds_where_the_watch_is_too_slow()
    {
        await using var children = new Children(new ChildPoolOptions { WatchEvery = TimeSpan.FromMinutes(2) });
        (await children.Run("test-eat", megabytes: 100).WaitAsync(TimeSpan.FromMinutes(1))).ShouldBeOfType<StepOutcome.Crashed>().Error.Error.Code.ShouldBe("too-large");
    }

    [Fact]
    public async Task A_cancelled_run_stops_at_once_and_its_child_lives_on()
    {
        await using var children = new Children(new ChildPoolOptions { StopGrace = TimeSpan.FromMinutes(1) });
        using var cancel = new CancellationTokenSource();
        await children.Run("grayscale");
        var child = children.Pool.Children.ShouldHaveSingleItem();

        var run = children.Run("pause", Children.Seconds(60), cancel: cancel.Token);
        cancel.Cancel();
        await Should.ThrowAsync<OperationCanceledException>(run);
        children.Pool.Children.ShouldBe([child]);
    }

    [Fact]
    public async Task A_cancelled_run_that_does_not_listen_is_killed()
    {
        await using var children = new Children(Hasty with { StepTimeLimit = TimeSpan.FromMinutes(5) });
        using var cancel = new CancellationTokenSource();
        await children.Run("grayscale");
        var run = children.Run("test-spin", cancel: cancel.Token);
        cancel.Cancel();
        await Should.ThrowAsync<OperationCanceledException>(run);
        (await children.Run("grayscale")).ShouldBeOfType<StepOutcome.Developed>();
    }

    [Fact]
    public async Task A_child_that_died_while_idle_is_nobodys_fault()
    {
        await using var children = new Children();
        await children.Run("grayscale");
        Kill(children.Pool.Children.ShouldHaveSingleItem());
        (await children.Run("grayscale")).ShouldBeOfType<StepOutcome.Developed>();
    }

    [Fact]
    public async Task A_child_killed_from_outside_is_not_the_images_doing()
    {
        await using var children = new Children();
        await children.Run("grayscale");
        var child = children.Pool.Children.ShouldHaveSingleItem();
        var run = children.Run("pause", Children.Seconds(1));
        Kill(child);
        (await run).ShouldBeOfType<StepOutcome.Developed>();
    }

    [Fact]
    public async Task A_run_whose_children_are_killed_again_and_again_is_an_outage()
    {
        await using var children = new Children();
        var run = children.Run("test-spin");
        for (var killed = new HashSet<int>(); !run.IsCompleted; await Eventually.Is(() => run.IsCompleted || children.Pool.Children.Any(c => !killed.Contains(c))))
            foreach (var child in children.Pool.Children.Where(killed.Add).ToArray()) Kill(child);
        (await Should.ThrowAsync<OutageException>(run)).Error.Code.ShouldBe("child-unavailable");
    }

    [Fact]
    public async Task A_signal_meant_for_the_whole_group_does_not_end_a_child()
    {
        await using var children = new Children();
        await children.Run("grayscale");
        var child = children.Pool.Children.ShouldHaveSingleItem();
        foreach (var signal in (string[])["-TERM", "-INT", "-HUP"]) Process.Start("kill", [signal, $"{child}"])!.WaitForExit();
        (await children.Run("grayscale")).ShouldBeOfType<StepOutcome.Developed>();
        children.Pool.Children.ShouldBe([child]);
    }

    [Fact]
    public async Task A_child_yields_to_its_parent_and_is_the_first_to_go()
    {
        await using var children = new Children();
        await children.Run("grayscale");
        var child = children.Pool.Children.ShouldHaveSingleItem();
        File.ReadAllText($"/proc/{child}/oom_score_adj").Trim().ShouldBe("1000");
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{child}/task"))
            File.ReadAllText($"{thread}/stat").Split(") ")[^1].Split(' ')[16].ShouldBe("10");
    }

    [Fact]
    public async Task A_program_that_cannot_be_started_is_an_outage()
    {
        await using var absent = new Children(command: new ChildCommand("/does/not/exist", []));
        (await Should.ThrowAsync<OutageException>(absent.Run("grayscale"))).Error.Code.ShouldBe("child-unavailable");

        await using var failing = new Children(command: new ChildCommand("/bin/false", []));
        (await Should.ThrowAsync<OutageException>(failing.Run("grayscale"))).Error.Code.ShouldBe("child-unavailable");
    }

    [Fact]
    public async Task Idle_children_end_and_spares_stay()
    {
        await using var children = new Children(new ChildPoolOptions { IdleTime = TimeSpan.FromMilliseconds(200), Spares = 1 });
        await children.Pool.WarmUp(default);
        children.Pool.Children.Count.ShouldBe(1);
        await Task.WhenAll(children.Run("pause", Children.Seconds(0.3)), children.Run("pause", Children.Seconds(0.3)));
        await Eventually.Is(() => children.Pool.Children.Count == 1);
    }

    [Fact]
    public async Task A_child_is_replaced_after_its_share_of_runs()
    {
        await using var children = new Children(new ChildPoolOptions { RunsPerChild = 2 });
        await children.Run("grayscale");
        var child = children.Pool.Children.ShouldHaveSingleItem();
        await children.Run("grayscale");
        await Eventually.Is(() => children.Pool.Children.Count == 0);
        await children.Run("grayscale");
        children.Pool.Children.ShouldNotContain(child);
    }

    [Fact]
    public async Task Nothing_lives_when_the_pool_is_closed()
    {
        var children = new Children();
        await Task.WhenAll(children.Run("pause", Children.Seconds(0.1)), children.Run("pause", Children.Seconds(0.1)));
        var busy = children.Run("test-spin");
        var ids = children.Pool.Children.ToArray();
        await children.DisposeAsync();
        await Should.ThrowAsync<OutageException>(busy);
        ids.ShouldAllBe(id => !Directory.Exists($"/proc/{id}"));
    }

    [Fact]
    public async Task What_a_large_picture_took_goes_back_when_no_other_follows()
    {
        const int Side = 3840;
        await using var children = new Children();
        await children.Run("grayscale");
        var child = children.Pool.Children.ShouldHaveSingleItem();
        var before = Memory(child);
        var large = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.jpg");
        using (var rows = NativeBytes.Allocate(Side * Side))
        using (var jpeg = TurboJpeg.EncodeGray(rows.Address, Side, Side, Side, quality: 85, progressive: false)) await File.WriteAllBytesAsync(large, jpeg.Span.ToArray());

        (await children.Run(children.Step("grayscale") with { InputPath = large })).ShouldBeOfType<StepOutcome.Developed>();
        File.Delete(large);
        await Eventually.Is(() => Memory(child) < before + (16L << 20));
        children.Pool.Children.ShouldBe([child]);
    }

    static long Memory(int process)
    {
        try
        {
            var fields = File.ReadAllText($"/proc/{process}/statm").Split(' ');
            return (long.Parse(fields[1]) - long.Parse(fields[2])) * Environment.SystemPageSize;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    static void Kill(int process)
    {
        try
        {
            using var running = Process.GetProcessById(process);
            running.Kill();
        }
        catch (ArgumentException)
        {
            // It ended by itself.
        }
    }
}
