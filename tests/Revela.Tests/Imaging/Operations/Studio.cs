using System.Text.Json.Nodes;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Imaging;
using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations;

namespace Revela.Tests.Imaging.Operations;

/// <summary>A folder of its own in which a test develops pictures and looks at the results.</summary>
public sealed class Studio : IDisposable
{
    public static readonly OperationCatalog Catalog = new();
    int results;

    public string Folder { get; } = Directory.CreateTempSubdirectory("revela-studio-").FullName;

    public ImageLimits Limits { get; init; } = new();

    public string File(string name) => Path.Combine(Folder, name);

    /// <summary>Writes an image with libvips; the name's ending chooses the format, arguments go to the saver.</summary>
    public string Write(VipsImage image, string name, params ReadOnlySpan<(string, VipsValue)> arguments)
    {
        var path = File(name);
        var saver = Path.GetExtension(name) switch { ".jpg" => "jpegsave", ".png" => "pngsave", ".webp" => "webpsave", ".gif" => "gifsave", ".tiff" => "tiffsave", _ => "heifsave" };
        using var save = VipsOperation.New(saver).Set("in", image).Set("filename", path);
        if (saver == "heifsave") save.Set("compression", "av1");
        foreach (var (argument, value) in arguments) save.Set(argument, value);
        save.Run();
        return path;
    }

    public async Task<StepOutcome> Run(string input, string[] steps, CancellationToken cancel = default, IProgress<StepProgress>? progress = null)
    {
        var run = new StepRun(steps.Select(Catalog.Parse).ToArray(), input, File($"out-{results++}"), TypeOf(input), 512, Limits, null);
        return await new InProcessRunner(Catalog, TimeProvider.System).Run(run, progress ?? new Progress<StepProgress>(), cancel);
    }

    public async Task<StepOutcome.Developed> Develop(string input, params string[] steps) => await Run(input, steps) switch
    {
        StepOutcome.Developed developed => developed,
        StepOutcome.Failed failed => throw new Xunit.Sdk.XunitException($"{failed.Error.Error.Code}: {failed.Error.Error.Message}"),
        var other => throw new Xunit.Sdk.XunitException(other.ToString()),
    };

    /// <summary>What steps that only look have found out. They leave no file.</summary>
    public async Task<JsonObject> Look(string input, params string[] steps) => await Run(input, steps) switch
    {
        StepOutcome.Seen { Data: { } data } when Directory.GetFiles(Folder, $"out-{results - 1}*").Length == 0 => data,
        var other => throw new Xunit.Sdk.XunitException($"It did not just look: {other}"),
    };

    public async Task<JobError> Fail(string input, params string[] steps) => await Run(input, steps) switch
    {
        StepOutcome.Failed failed => failed.Error.Error,
        var other => throw new Xunit.Sdk.XunitException($"It did not fail: {other}"),
    };

    /// <summary>The pixels of a file as they are stored.</summary>
    public static VipsImage Open(string path)
    {
        using var loaded = VipsOperation.Call(Loader(path), ("filename", path), ("fail-on", "error"));
        return loaded.ToMemory();
    }

    public static VipsImage Open(StepOutcome.Developed developed) => Open(developed.Path);

    public static string TypeOf(string path)
    {
        var head = new byte[16];
        using (var file = System.IO.File.OpenRead(path)) file.ReadAtLeast(head, 16, throwOnEndOfStream: false);
        return head switch
        {
            [0xFF, 0xD8, ..] => "image/jpeg",
            [0x89, (byte)'P', ..] => "image/png",
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] => "image/webp",
            [(byte)'G', (byte)'I', (byte)'F', ..] => "image/gif",
            [(byte)'I', (byte)'I', ..] or [(byte)'M', (byte)'M', ..] => "image/tiff",
            _ => "image/avif",
        };
    }

    static string Loader(string path) => TypeOf(path) switch
    {
        "image/jpeg" => "jpegload",
        "image/png" => "pngload",
        "image/webp" => "webpload",
        "image/gif" => "gifload",
        "image/tiff" => "tiffload",
        _ => "heifload",
    };

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
