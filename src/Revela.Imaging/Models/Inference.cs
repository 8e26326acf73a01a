using Revela.Core.Jobs;
using Revela.Imaging.Isolation;
using Revela.Imaging.Native.Onnx;
using Revela.Imaging.Operations;

namespace Revela.Imaging.Models;

/// <summary>Networks of this process: opens them, and keeps them open between jobs as far as the settings allow.</summary>
public sealed class Inference(OnnxOptions options)
{
    /// <summary>A network that is open.</summary>
    /// <param name="Megabytes">What the process grew by when it was opened.</param>
    sealed record Held(InstalledModel Model, OnnxSession Session, long Megabytes)
    {
        public long LastUse { get; set; }
    }

    static volatile Inference here = new(OnnxOptions.FromEnvironment());

    readonly Lock opening = new();
    readonly Dictionary<string, Held> open = [];
    long uses;

    /// <summary>The one that operations of this process use.</summary>
    public static Inference Here => here;

    /// <summary>Call at start, before any step runs. Settings that say nothing leave what the environment says.</summary>
    public static void Use(OnnxOptions options)
    {
        if (options != new OnnxOptions()) here = new Inference(options);
    }

    public OnnxOptions Options => options;

    public RuntimeLibrary Library { get; } = new(options);

    public ModelFolder Folder { get; } = new(options.ModelsFolder);

    /// <summary>What the process holds for its next jobs.</summary>
    public int HeldMegabytes
    {
        get
        {
            lock (opening) return (int)open.Values.Sum(held => held.Megabytes);
        }
    }

    /// <summary>Null when the network can be run here; otherwise one sentence: what is missing, and the command that brings it. Cheap.</summary>
    public string? Missing(Model model)
    {
        if (!Library.Exists) return $"ONNX Runtime is not here. {RuntimeLibrary.HowToGet}";
        return Folder.Find(model) is null ? NotHere(model) : null;
    }

    /// <summary>Name and hash of the network's file, for content keys; they change with the file.</summary>
    public string Version(Model model) => $"onnx-{model.Name}-{Folder.Find(model)?.Mark ?? "none"}";

    /// <summary>What a run of the network takes beside its own numbers: the weights, and once more while they are read.</summary>
    public long WeightBytes(Model model) => 2 * (Folder.Find(model)?.Bytes ?? (long)model.Megabytes << 20);

    /// <exception cref="StepException"><c>engine-unavailable</c>, <c>model-missing</c> or <c>model-unusable</c>.</exception>
    public Network Open(Model model, RunContext context)
    {
        try
        {
            var runtime = Library.Load();
            var installed = Folder.Find(model) ?? throw new StepException(NotHere(model), ErrorCodes.ModelMissing);
            var label = $"{model.Name}@{installed.Mark}";
            if (context.Distrusted.Contains(label)) throw Network.Unusable(model, "it ended decoding processes before and is not tried again for a while");
            context.Blame(label);
            return new Network(model, label, Session(runtime, installed), runtime, context);
        }
        catch (ModelException e)
        {
            throw new StepException(e.Message, ErrorCodes.EngineUnavailable);
        }
        catch (OnnxException e)
        {
            throw Network.Unusable(model, e, Folder.Folder);
        }
        finally
        {
            context.Blame(null);
        }
    }

    OnnxSession Session(OnnxRuntime runtime, InstalledModel model)
    {
        lock (opening)
        {
            var key = model.Path + model.Sha256;
            if (!open.TryGetValue(key, out var held))
            {
                var before = ProcessMemory.Own(Environment.ProcessId);
                var session = new OnnxSession(runtime, model.Path, options.Threads ?? Environment.ProcessorCount);
                open[key] = held = new Held(model, session, Math.Max(1, (ProcessMemory.Own(Environment.ProcessId) - before) >> 20));
            }
            held.LastUse = ++uses;
            Forget(held);
            return held.Session;
        }
    }

    // A session that a run still uses lives on until that run ends: its handle is counted.
    void Forget(Held needed)
    {
        foreach (var (key, held) in open.OrderBy(pair => pair.Value.LastUse).ToArray())
        {
            if (held == needed || open.Values.Sum(one => one.Megabytes) <= options.KeepMegabytes) continue;
            open.Remove(key);
            held.Session.Dispose();
        }
    }

    static string NotHere(Model model) => model.Source is null
        ? $"The model {model.Name} is not here. Add its file with: revela models add {model.Name} FILE"
        : $"The model {model.Name} is not here. Fetch it once with: revela models pull {model.Name}";
}
