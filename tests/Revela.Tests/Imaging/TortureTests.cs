using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Imaging.Header;
using Revela.Imaging.Isolation;
using Revela.Imaging.Operations;
using Revela.Services;
using Revela.Tests.Imaging.Onnx;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Revela.Tests.Imaging;

/// <summary>Broken and hostile files, each given to every operation in real children: a result or a failure with a stable code, in bounded memory and time.</summary>
public sealed class TortureTests(ITestOutputHelper output)
{
    const int AtOnce = 2;
    const int MutationsPerSample = 40;

    /// <summary>Megabytes of one child, at its highest.</summary>
    const int MemoryBound = 400;

    /// <summary>The same where it keeps a runtime and a network of each family.</summary>
    const int NetworkMemoryBound = 800;

    // Twice out of time, and a network is not tried again: on a busy machine that is no fault of its own.
    static readonly ChildPoolOptions Bounds = new() { StepTimeLimit = TimeSpan.FromSeconds(20) }, NetworkBounds = new() { StepTimeLimit = TimeSpan.FromSeconds(90) };
    static readonly OperationCatalog Catalog = new();
    static readonly HashSet<string> KnownCodes = [.. typeof(ErrorCodes).GetFields().Select(f => (string)f.GetRawConstantValue()!)];

    /// <summary>For operations that cannot do without options. One that only outside services do decodes nothing here.</summary>
    static readonly Dictionary<string, string[]> Options = new()
    {
        ["resize"] = ["resize:width=64", "resize:width=40,height=60,fit=cover", "resize:width=90,height=30,fit=pad"],
        ["crop"] = ["crop:width=16,height=16"],
        ["convert"] = ["convert:format=jpeg", "convert:format=png", "convert:format=webp", "convert:format=tiff", "convert:format=gif", "convert:format=avif,effort=0"],
        ["rotate"] = ["rotate:angle=90", "rotate:angle=33"],
        ["watermark"] = ["watermark:text=Revela"],
        ["pause"] = ["pause:seconds=0"],
    };

    [SkippableFact]
    public async Task Every_torture_file_survives_every_operation()
    {
        var steps = Catalog.All.Where(o => o.OutsideEngines.Count < o.Engines.Count).SelectMany(o => Options.GetValueOrDefault(o.Name, [o.Name])).Select(Step).ToArray();
        await Torment(from file in Files.Shared("torture") from step in steps select (File.ReadAllBytes(file), Path.GetFileName(file), step));
    }

    [SkippableFact]
    public async Task Every_torture_file_survives_every_engine_and_every_family_of_networks()
    {
        var networks = Directory.CreateTempSubdirectory("revela-families-");
        var command = await Families.In(networks.FullName);
        string[] asked =
        [
            .. from operation in Catalog.All where operation.Engines.Count > 1 from engine in operation.Engines.Except(operation.OutsideEngines) select $"{operation.Name}:engine={engine}",
            .. Families.OneOfEach.Select(model => $"{model.Operation}:engine=onnx,model={model.Name}"),
        ];
        // Whatever is found is cut out, so that every file comes as far as the matting.
        var steps = asked.Select(text => Step(text.StartsWith("remove-background", StringComparison.Ordinal) ? text + ",min_confidence=0" : text)).ToArray();
        var files = Files.Shared("torture");
        // Networks take their time: outside of the soak each file meets some of the engines, and each engine some of the files.
        var share = Soak.IsWhole ? 1 : 10;
        var met = from file in files.Index() from step in steps.Index() where (file.Index + step.Index) % share == 0 select (File.ReadAllBytes(file.Item), Path.GetFileName(file.Item), step.Item);
        await Torment(met, command, NetworkBounds, NetworkMemoryBound);
        networks.Delete(recursive: true);
    }

    [Fact]
    public async Task Damaged_pixels_end_with_a_code()
    {
        var step = Step("grayscale");
        await Torment(from file in Files.Samples from bytes in Damaged(file) select (bytes, Path.GetFileName(file), step));
    }

    static Step Step(string text)
    {
        var mistakes = new List<string>();
        return Catalog.Normalise(Catalog.Parse(text), mistakes) ?? throw new InvalidOperationException($"{text}: {string.Join("; ", mistakes)}");
    }

    /// <summary>Copies with a few bytes changed behind the header.</summary>
    static IEnumerable<byte[]> Damaged(string file)
    {
        var random = new Random(Path.GetFileName(file).Length * 7919);
        var whole = File.ReadAllBytes(file);
        for (var i = 0; i < MutationsPerSample; i++)
        {
            var bytes = whole.ToArray();
            for (var flips = random.Next(1, 9); flips > 0; flips--) bytes[random.Next(bytes.Length / 4, bytes.Length)] = (byte)random.Next(256);
            yield return random.Next(4) == 0 ? bytes[..random.Next(bytes.Length / 2, bytes.Length)] : bytes;
        }
    }

    async Task Torment(IEnumerable<(byte[] Bytes, string Name, Step Step)> cases, ChildCommand? command = null, ChildPoolOptions? bounds = null, int memoryBound = MemoryBound)
    {
        var folder = Directory.CreateTempSubdirectory("revela-torture-");
        await using var pool = new ChildPool(command ?? Isolation.Children.Program, bounds ?? Bounds, TimeProvider.System, NullLogger<ChildPool>.Instance);
        var tally = new ConcurrentDictionary<string, int>();
        var clock = Stopwatch.StartNew();
        long peak = 0, number = 0;
        using var watch = TimeProvider.System.CreateTimer(_ => peak = Math.Max(peak, pool.Children.Select(Memory).DefaultIfEmpty().Max()), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));

        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (c, cancel) =>
        {
            var path = Path.Combine(folder.FullName, $"{Interlocked.Increment(ref number)}");
            await File.WriteAllBytesAsync(path, c.Bytes, cancel);
            var code = await Develop(pool, path, c.Name, c.Step, bounds ?? Bounds, cancel);
            tally.AddOrUpdate(code, 1, (_, n) => n + 1);
            if (code is "crashed" or "timed-out" or "model-unusable") output.WriteLine($"{c.Name} {StepJson.Write(c.Step).ToJsonString()}: {code}");
            foreach (var left in Directory.EnumerateFiles(folder.FullName, Path.GetFileName(path) + "*").Where(f => f == path || f.StartsWith(path + ".", StringComparison.Ordinal))) File.Delete(left);
        });

        output.WriteLine($"{number} runs in {clock.Elapsed.TotalSeconds:f0} s, a child's highest memory {peak >> 20} MB: {string.Join(", ", tally.OrderByDescending(t => t.Value).Select(t => $"{t.Key} {t.Value}"))}");
        folder.Delete(recursive: true);
        (peak >> 20).ShouldBeLessThan(memoryBound);
    }

    static async Task<string> Develop(ChildPool pool, string path, string name, Step step, ChildPoolOptions bounds, CancellationToken cancel)
    {
        if (Admit(path) is not { } header) return "refused";
        var run = new StepRun([step], path, path + ".out", header.ContentType, Catalog.Megabytes([step], header), new ImageLimits(), null);
        var clock = Stopwatch.StartNew();
        var outcome = await pool.Run(run, new Progress<StepProgress>(), cancel);
        clock.Elapsed.ShouldBeLessThan(bounds.StepTimeLimit + bounds.StopGrace + TimeSpan.FromSeconds(40));

        if (outcome is StepOutcome.Developed developed)
        {
            File.Exists(developed.Path).ShouldBeTrue(path);
            if (step.Op == "grayscale") ((long)developed.Width * developed.Height).ShouldBe(header.Pixels, $"the header tells what the decoder finds in {name}");
            return "developed";
        }
        if (outcome is StepOutcome.Seen) return "looked";
        var error = outcome switch { StepOutcome.Failed f => f.Error.Error, StepOutcome.Crashed c => c.Error.Error, _ => throw new InvalidOperationException() };
        KnownCodes.ShouldContain(error.Code);
        error.Code.ShouldNotBe(ErrorCodes.Internal, $"{path} {step.Op}");
        error.Message.ShouldNotContain(Path.GetDirectoryName(path)!);
        return error.Code;
    }

    /// <summary>As the doors do: null for what is refused before any pixel is read.</summary>
    static ImageHeader? Admit(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var header = new HeaderReader().Read(file);
            var limits = new ImageLimits();
            return header.Pixels <= limits.MaxPixels && header.Frames <= limits.MaxFrames && header.Pixels * header.Frames <= limits.MaxFramePixels ? header : null;
        }
        catch (RevelaException refusal)
        {
            KnownCodes.ShouldContain(refusal.Error.Code);
            return null;
        }
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
}
