using System.Diagnostics;
using System.Globalization;
using Shouldly;

namespace Revela.Journeys;

/// <summary>Asks a server whether it is alive, fifty times a second and from a process of its own, as an orchestrator does.</summary>
sealed class HealthAsker : IAsyncDisposable
{
    const string Program = "/usr/bin/curl";

    readonly Process curl;
    readonly Task<string> times;

    public HealthAsker(Uri server)
    {
        var url = $"{server.GetLeftPart(UriPartial.Authority)}/health/live?[1-1000000]";
        curl = Process.Start(new ProcessStartInfo(Program, ["--silent", "--rate", "50/s", "--output", "/dev/null", "--write-out", "%{stderr}%{http_code} %{time_total}\n", url]) { RedirectStandardError = true })!;
        times = curl.StandardError.ReadToEndAsync();
    }

    public static bool IsHere => File.Exists(Program);

    /// <summary>How long each answer took, quickest first. Ends the asking.</summary>
    public async Task<double[]> Milliseconds()
    {
        curl.Kill();
        // The last line may be cut short.
        var answers = (await times).Split('\n')[..^1].Select(line => line.Split(' ')).ToArray();
        answers.ShouldNotBeEmpty();
        answers.ShouldAllBe(answer => answer[0] == "200");
        return [.. answers.Select(answer => double.Parse(answer[1], CultureInfo.InvariantCulture) * 1000).Order()];
    }

    public async ValueTask DisposeAsync()
    {
        curl.Kill();
        await curl.WaitForExitAsync();
        curl.Dispose();
    }
}
