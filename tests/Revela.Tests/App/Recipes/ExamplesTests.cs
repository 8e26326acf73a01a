using System.Diagnostics;
using Revela.Tests.House;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Recipes;

/// <summary>The walk-throughs in <c>examples/</c> work as they stand.</summary>
[Collection(nameof(SharedServer))]
public sealed class ExamplesTests(SharedServer shared)
{
    readonly LiveServer live = shared.Live;

    [SkippableFact]
    public async Task The_cutout_example_ends_with_a_picture_and_a_notification()
    {
        var photo = Path.Combine(live.Data, "disc.png");
        await File.WriteAllBytesAsync(photo, Pictures.Disc());
        var said = await Walk("cutout.sh", photo);
        said.ShouldContain("status   SUCCESS");
        said.ShouldContain("told     Fondo removido");
        var picture = said.Split('\n').Single(line => line.StartsWith("picture  ", StringComparison.Ordinal))["picture  ".Length..];
        (await live.Stranger.GetAsync(picture)).Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
    }

    async Task<string> Walk(string example, params string[] arguments)
    {
        Skip.If(!File.Exists("/usr/bin/curl"), "curl is not installed");
        var start = new ProcessStartInfo("bash", [Path.Combine(Repository.Root, "examples", example), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SERVER"] = live.Address.GetLeftPart(UriPartial.Authority);
        start.Environment["KEY"] = live.Key;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3), TimeProvider.System);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        await process.WaitForExitAsync(limit.Token);
        process.ExitCode.ShouldBe(0, await output + await error);
        return await output;
    }
}
