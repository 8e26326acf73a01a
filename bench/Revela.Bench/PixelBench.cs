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

    // MiB beyond which a run would need more than other libraries do.
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
        var catalog = new OperationCatalog();
        var steps = one.Steps.Select(catalog.Parse).ToArray();
        var runner = new InProcessRunner(catalog, TimeProvider.System);
        var threads = Environment.ProcessorCount;
        for (var i = 0; i < 3; i++) await Develop(runner, steps, one, folder, 0);

        GC.Collect();
        Memory.ForgetPeak();
        var rates = new List<double>();
        for (var run = 0; run < report.Runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Run(async () =>
            {
                for (var i = 0; i < one.Count; i++) await Develop(runner, steps, one, folder, thread);
            })));
            rates.Add(threads * one.Count / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        report.Add(one.Name, "images/s", rates, atLeast: one.Best);
        report.Add(one.Name + ": peak memory", "MiB", Memory.Peak(), atMost: MostMemory);
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

    /// <summary>This process' resident memory as the kernel counts it.</summary>
    static class Memory
    {
        public static void ForgetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

        /// <summary>The most since <see cref="ForgetPeak"/>, in MiB.</summary>
        public static double Peak()
        {
            var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
    }
}
