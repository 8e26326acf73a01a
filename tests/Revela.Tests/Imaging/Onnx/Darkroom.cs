using Revela.Imaging.Models;
using Revela.Imaging.Native.Onnx;
using Xunit;

namespace Revela.Tests.Imaging.Onnx;

/// <summary>A real ONNX Runtime, and a folder of networks that this process and its children use; without the runtime its tests are skipped by name.</summary>
static class Darkroom
{
    static readonly OnnxOptions Usual = OnnxOptions.FromEnvironment();
    static readonly Lazy<Inference> Prepared = new(Prepare);

    public static OnnxRuntime Runtime
    {
        get
        {
            NeedRuntime();
            return Inference.Library.Load();
        }
    }

    public static Inference Inference => Prepared.Value;

    public static void NeedRuntime()
    {
        var exists = Inference.Library.Exists;
        if (!exists && Environment.GetEnvironmentVariable("CI") == "true") throw new FileNotFoundException("ONNX Runtime is needed under CI: revela models runtime");
        Skip.IfNot(exists, "ONNX Runtime is not here: revela models runtime fetches it");
    }

    /// <summary>Puts a network where the table's one of this name would be.</summary>
    public static async Task<InstalledModel> Install(string name, byte[] network)
    {
        NeedRuntime();
        var model = ModelTable.Find(name)!;
        var part = Inference.Folder.PartOf(model);
        await File.WriteAllBytesAsync(part, network);
        return await Inference.Folder.Accept(model, part, "a test", anyFile: true, CancellationToken.None);
    }

    // Networks that tests make must not lie where real ones are; the runtime is the one that is there.
    static Inference Prepare()
    {
        var folder = Directory.CreateTempSubdirectory("revela-networks-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var fetched = Directory.Exists(Usual.RuntimeFolder) ? Directory.EnumerateFiles(Usual.RuntimeFolder, "libonnxruntime.so.1", SearchOption.AllDirectories).Max() : null;
        var options = Usual with { Folder = folder, Library = Usual.Library ?? fetched };
        Inference.Use(options);
        return Inference.Here;
    }
}
