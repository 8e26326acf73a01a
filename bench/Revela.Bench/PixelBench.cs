using System.Diagnostics;
using System.Globalization;
using Revela.Core.Assets;
using Revela.Core.Pipelines;
using Revela.Imaging;
using Revela.Imaging.Operations;

namespace Revela.Bench;

/// <summary>
/// Pixels at the codec's own speed: images a second in this process, one thread to a core, each with its own images, file in and file out.
/// The targets are the best of what else there is, measured on the same two cores.
/// </summary>
static class PixelBench
{
    /// <param name="Best">Images a second of the best other library.</param>
    /// <param name="Count">Images of one run and thread.</param>
    sealed record Case(string Name, string Input, int Count, double? Best, params string[] Steps);

    const string Twelve = "12mp.jpg", One = "1mp.jpg", Clear = "12mp-alpha.png";

    // MiB of the whole process, both cores at work: what other libraries need.
    const double MostMemory = 165;

    static readonly Case[] Cases =
    [
        new("12 MP JPEG to grey JPEG, quality 85", Twelve, 30, 23.6, "grayscale", "convert:quality=85"),
        new("12 MP JPEG to grey JPEG, nothing lost", Twelve, 40, 23.6, "grayscale"),
        new("1 MP JPEG to grey JPEG, quality 85", One, 300, null, "grayscale", "convert:quality=85"),
        new("1 MP JPEG to grey JPEG, nothing lost", One, 400, null, "grayscale"),
        new("12 MP JPEG to 1024 px JPEG, quality 82", Twelve, 40, 32.1, "resize:width=1024,height=1024", "convert:quality=82"),
        new("12 MP JPEG to 512 px WebP", Twelve, 40, 32.4, "resize:width=512,height=512", "convert:format=webp"),
        new("12 MP JPEG to 256 px thumbnail", Twelve, 40, null, "thumbnail"),
        new("12 MP PNG with alpha to 1024 px PNG", Clear, 6, 4.9, "resize:width=1024,height=1024"),
    ];

    public static async Task Run(Report report)
    {
        var folder = Directory.CreateTempSubdirectory("revela-pixels-").FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, Twelve), Photos.TwelveMegapixels);
            await File.WriteAllBytesAsync(Path.Combine(folder, One), Photos.OneMegapixel);
            await File.WriteAllBytesAsync(Path.Combine(folder, Clear), Photos.TwelveMegapixelsWithAlpha);
            foreach (var one in Cases) await Measure(report, one, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task Measure(Report report, Case one, string folder)
    {
        await DevelopOnAllCores(one, folder, 2);
        var rates = new List<double>();
        for (var run = 0; run < report.Runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            await DevelopOnAllCores(one, folder, one.Count);
            rates.Add(Environment.ProcessorCount * one.Count / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        report.Add(one.Name, "images/s", rates, atLeast: one.Best);
        report.Add(one.Name + ": peak memory", "MiB", await PeakMemory(one, folder), atMost: MostMemory);
    }

    /// <summary>This program once more, with nothing in its memory but what the case needs: develops a few images and prints its peak in MiB.</summary>
    public static async Task RunForMemory(string[] args)
    {
        var one = Cases.First(one => one.Name == args[0]);
        await DevelopOnAllCores(one, args[1], 8);
        var peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        Console.WriteLine(double.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024);
    }

    static async Task<double> PeakMemory(Case one, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["client", "pixels", one.Name, folder]) { RedirectStandardOutput = true })!;
        var figure = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return double.Parse(figure, CultureInfo.InvariantCulture);
    }

    static Task DevelopOnAllCores(Case one, string folder, int each)
    {
        var catalog = new OperationCatalog();
        var steps = one.Steps.Select(catalog.Parse).ToArray();
        var runner = new InProcessRunner(catalog, TimeProvider.System);
        return Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++) await Develop(runner, steps, one, folder, thread);
        })));
    }

    static async Task Develop(InProcessRunner runner, Step[] steps, Case one, string folder, int thread)
    {
        var type = one.Input == Clear ? "image/png" : "image/jpeg";
        var output = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"result-{thread}"));
        var run = new StepRun(steps, Path.Combine(folder, one.Input), output, type, 500, new ImageLimits(), null);
        var outcome = await runner.Run(run, Silent.Progress, CancellationToken.None);
        if (outcome is not StepOutcome.Developed developed) throw new InvalidOperationException($"{one.Name}: {outcome}");
        File.Delete(developed.Path);
    }

    sealed class Silent : IProgress<StepProgress>
    {
        public static readonly Silent Progress = new();

        public void Report(StepProgress value) { }
    }
}
