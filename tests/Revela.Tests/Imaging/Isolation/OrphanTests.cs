using System.Diagnostics;
using Revela.Imaging.Isolation;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Isolation;

/// <summary>A child never outlives its parent, however that ends.</summary>
public sealed class OrphanTests
{
    static readonly string Program = Children.Program.FileName;

    [Fact]
    public async Task A_child_dies_with_its_killed_parent_though_its_pipe_stays_open()
    {
        using var parent = Start("/bin/sh", "-c", $"'{Program}' {DevelopingChild.Verb} $$ 10; true");
        await UntilReady(parent);
        var child = int.Parse(File.ReadAllText($"/proc/{parent.Id}/task/{parent.Id}/children").Trim());

        parent.Kill();
        await Gone(child);
    }

    [Fact]
    public async Task A_child_ends_when_its_pipe_is_closed()
    {
        using var child = Start(Program, DevelopingChild.Verb, $"{Environment.ProcessId}", "10");
        await UntilReady(child);
        child.StandardInput.Close();
        await child.WaitForExitAsync(Limit());
        child.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_child_whose_parent_is_gone_already_does_not_begin()
    {
        using var child = Start(Program, DevelopingChild.Verb, "1", "10");
        await child.WaitForExitAsync(Limit());
        child.ExitCode.ShouldBe(1);
    }

    static Process Start(string file, params string[] arguments) => Process.Start(
        new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;

    static async Task UntilReady(Process process) =>
        (await process.StandardOutput.BaseStream.ReadAtLeastAsync(new byte[64], 20, throwOnEndOfStream: true, Limit())).ShouldBeGreaterThan(0);

    static async Task Gone(int process)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        var limit = Limit();
        while (Directory.Exists($"/proc/{process}") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ")) await timer.WaitForNextTickAsync(limit);
    }

    static CancellationToken Limit() => new CancellationTokenSource(TimeSpan.FromSeconds(100), TimeProvider.System).Token;
}
