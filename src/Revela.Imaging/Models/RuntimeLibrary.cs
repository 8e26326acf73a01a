using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Revela.Imaging.Native.Onnx;

namespace Revela.Imaging.Models;

/// <summary>
/// Where ONNX Runtime is: in the file that the settings name, else in the folder that `revela models runtime` fills from the package
/// <see cref="Package"/>, else where the system's loader finds it.
/// </summary>
public sealed class RuntimeLibrary(OnnxOptions options)
{
    /// <summary>The npm package that has builds of the runtime for processors of Linux.</summary>
    public const string Package = "onnxruntime-node@" + Release;

    const string Release = "1.30.0";
    const string FileName = "libonnxruntime.so.1";

    /// <summary>By processor: the file inside the package, and its SHA-256.</summary>
    static readonly Dictionary<Architecture, (string Entry, string Sha256)> Builds = new()
    {
        [Architecture.X64] = ("package/bin/napi-v6/linux/x64/" + FileName, "ffb75a925ba05e47b235bb66e3e3911714a80b328a9c9425539feb204aa32a23"),
        [Architecture.Arm64] = ("package/bin/napi-v6/linux/arm64/" + FileName, "1f549d46250b005580b597f4164984aaf75b3bcb9f3aeb07c7f8a8fe60b23c76"),
    };

    static readonly string[] SystemNames = ["libonnxruntime.so.1", "libonnxruntime.so", "libonnxruntime.dylib", "onnxruntime.dll"];

    static readonly Lock Loading = new();
    static readonly Dictionary<string, OnnxRuntime?> Loaded = [];

    public const string HowToGet = "Fetch it once with: revela models runtime";

    string Fetched => Path.Combine(options.RuntimeFolder, Release, FileName);

    /// <summary>Whether there is one; loads it only where the system's loader has to be asked.</summary>
    public bool Exists => options.Library is { } named ? File.Exists(named) : File.Exists(Fetched) || SystemNames.Any(name => Load(name) is not null);

    /// <exception cref="ModelException">There is none, or it cannot be used.</exception>
    public OnnxRuntime Load()
    {
        try
        {
            if (options.Library is { } named) return Load(named) ?? throw new ModelException("The library that onnx.library names cannot be loaded.");
            if (File.Exists(Fetched)) return Load(Fetched) ?? throw new ModelException($"The fetched ONNX Runtime cannot be loaded. {HowToGet}");
            return SystemNames.Select(Load).OfType<OnnxRuntime>().FirstOrDefault() ?? throw new ModelException($"ONNX Runtime is not here. {HowToGet}");
        }
        catch (OnnxException e)
        {
            throw new ModelException($"ONNX Runtime cannot be used: {e.Message}");
        }
    }

    /// <summary>Takes this machine's library out of the npm package's archive into the folder.</summary>
    /// <returns>The library's path.</returns>
    /// <exception cref="ModelException">The package has none for this machine, or not the one that is expected.</exception>
    public async Task<string> Unpack(string archive, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux() || !Builds.TryGetValue(RuntimeInformation.ProcessArchitecture, out var build))
            throw new ModelException($"{Package} has no library that was tried on this machine: name one with onnx.library.");
        Directory.CreateDirectory(Path.GetDirectoryName(Fetched)!);
        var draft = Fetched + ".part";
        await Extract(archive, build.Entry, draft, cancel);

        await using (var file = File.OpenRead(draft))
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel)) != build.Sha256) throw new ModelException($"The library in {Package} is not the one that Revela knows.");
        File.Move(draft, Fetched, overwrite: true);
        return Fetched;
    }

    static async Task Extract(string archive, string entryName, string to, CancellationToken cancel)
    {
        await using var file = File.OpenRead(archive);
        await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        await using var tar = new TarReader(unzipped);
        while (await tar.GetNextEntryAsync(copyData: false, cancel) is { } entry)
        {
            if (entry.Name != entryName) continue;
            await entry.ExtractToFileAsync(to, overwrite: true, cancel);
            return;
        }
        throw new ModelException($"{entryName} is not in the archive.");
    }

    // A library is loaded once in a process, whoever asks, and failure is remembered with it.
    static OnnxRuntime? Load(string file)
    {
        lock (Loading)
        {
            if (!Loaded.TryGetValue(file, out var runtime)) Loaded[file] = runtime = OnnxRuntime.TryLoad(file);
            return runtime;
        }
    }
}
