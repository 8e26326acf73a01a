using System.Diagnostics;
using System.Globalization;
using Revela.Imaging.Matting;
using Revela.Imaging.Native.Vips;

namespace Revela.Bench;

/// <summary>
/// Closed-form matting with foreground estimation on the lemur of the open reference implementation (Python with Numba), which takes 1.93 s and
/// 507 MiB at 1024 px and 18.6 s and 1,345 MiB at 2048 px on two cores: the targets are half of its time and a third of its memory.
/// At 12 megapixels the target is 1.5 GiB.
/// </summary>
static class CutoutBench
{
    sealed record Case(int Side, double? Seconds, double Mebibytes);

    static readonly Case[] Cases = [new(1024, 1.93 / 2, 507 / 3.0), new(2048, 18.6 / 2, 1345 / 3.0), new(4306, null, 1536)];

    public static Task Run(Report report)
    {
        var folder = Path.Combine(Repository.Root, "..", "shared", "matting");
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException("The lemur is needed: lemur.png and lemur_trimap.png in ../shared/matting");
        foreach (var one in Cases) Measure(report, one, folder);
        return Task.CompletedTask;
    }

    static void Measure(Report report, Case one, string folder)
    {
        var (pixels, width, height) = Load(Path.Combine(folder, "lemur.png"), one.Side, bands: 3);
        var (known, _, _) = Load(Path.Combine(folder, "lemur_trimap.png"), one.Side, bands: 1);
        var values = Array.ConvertAll(known, v => v >= 0.9 * 255 ? Trimap.Subject : v <= 0.1 * 255 ? Trimap.Background : Trimap.Unknown);
        var trimap = new Trimap(width, height, values);
        var colours = new byte[pixels.Length];
        var seconds = new List<double>();
        for (var run = 0; run < report.Runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            var alpha = AlphaMatting.Estimate(pixels, trimap, _ => { }, CancellationToken.None);
            ForegroundEstimation.Estimate(pixels, alpha, width, height, colours, _ => { }, CancellationToken.None);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        var unknown = values.Count(v => v == Trimap.Unknown);
        var name = string.Create(CultureInfo.InvariantCulture, $"lemur at {one.Side} px, {unknown:N0} pixels unknown");
        report.Add(name, "s", seconds, atMost: one.Seconds);
        report.Add(name + ": for a million unknown pixels", "s", seconds.Min() / unknown * 1e6);
        report.Add(name + ": peak memory of the process", "MiB", Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0, atMost: one.Mebibytes);
    }

    static (byte[] Pixels, int Width, int Height) Load(string path, int side, int bands)
    {
        using var whole = VipsOperation.Call("pngload", ("filename", path));
        using var some = VipsOperation.Call("extract_band", ("in", whole), ("band", 0), ("n", bands));
        using var sized = VipsOperation.Call("resize", ("in", some), ("scale", (double)side / whole.Width));
        return (sized.Pixels(), sized.Width, sized.Height);
    }
}
