using System.Diagnostics;
using Revela.App;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Cli;

/// <summary>Verbs that start processes of their own, by the program itself.</summary>
public sealed class RealProgramTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("revela-cli-").FullName;

    [Fact]
    public async Task The_doctor_finds_everything_in_order()
    {
        var (code, output) = await Run("doctor", "--data", folder);
        code.ShouldBe(0, output);
        foreach (var what in (string[])["libvips", "TurboJPEG", "race numbers", "store", "objects", "child process", "pipelines", "disk"]) output.ShouldContain($"ok      {what}: ");
        foreach (var service in (string[])["clipdrop", "gemini", "rembg"]) output.ShouldContain($"ok      {service}: not set up");
        output.ShouldNotContain("rvl_");
    }

    static async Task<(int Code, string Output)> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(RevelaOptions).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
