using Revela.Core.Jobs;
using Revela.Imaging.Native.Onnx;
using Revela.Imaging.Operations;

namespace Revela.Imaging.Models;

/// <summary>An open network in the hands of one step. While it runs, the fault for whatever happens is its own and not the picture's.</summary>
public sealed class Network
{
    const int MaxWords = 300;

    readonly Model model;
    readonly string label;
    readonly OnnxSession session;
    readonly RunContext context;

    internal Network(Model model, string label, OnnxSession session, OnnxRuntime runtime, RunContext context)
    {
        (this.model, this.label, this.session, this.context) = (model, label, session, context);
        Engine = $"onnx-{label.Replace('@', '-')} (ONNX Runtime {runtime.Version}, {runtime.Provider})";
        if (session.Inputs is not [{ IsFloat: true, Shape.Count: 4 }] || session.Outputs.Count == 0 || !session.Outputs[0].IsFloat)
            throw Unusable(model, $"it takes {string.Join(", ", session.Inputs)} and gives {string.Join(", ", session.Outputs)}, where one picture of single precision goes in and one comes out");
    }

    /// <summary>Who runs, with versions and the execution provider, for the job's record.</summary>
    public string Engine { get; }

    /// <summary>Height and width that it must be given; null where any will do.</summary>
    public (int Height, int Width)? FixedSize => session.Inputs[0].Shape is [_, _, > 0 and var height, > 0 and var width] ? ((int)height, (int)width) : null;

    /// <param name="pixels">Three planes of this height and width: red, green, blue.</param>
    /// <exception cref="StepException"><c>model-unusable</c>.</exception>
    public OnnxTensor Run(float[] pixels, int height, int width)
    {
        try
        {
            context.Blame(label);
            return session.Run(new OnnxTensor(pixels, 1, 3, height, width), context.Cancel);
        }
        catch (OnnxException e)
        {
            throw Unusable(model, e, folder: null);
        }
        finally
        {
            context.Blame(null);
        }
    }

    /// <param name="output">What the network gave instead of what was expected.</param>
    internal StepException Unexpected(OnnxTensor output, string expected) =>
        Unusable(model, $"it gave [{string.Join(", ", output.Shape)}] where {expected} was expected");

    internal static StepException Unusable(Model model, string why) => new($"The model {model.Name} cannot be used: {why}.", ErrorCodes.ModelUnusable);

    internal static StepException Unusable(Model model, OnnxException e, string? folder)
    {
        if (e.IsOutOfMemory) return Unusable(model, "it needs more memory than its job was admitted to");
        var words = string.Join(' ', e.Message.Split((char[])['\n', '\r', '\t', ' '], StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        if (folder is { Length: > 1 }) words = words.Replace(folder, "the folder", StringComparison.Ordinal);
        return Unusable(model, words.Length > MaxWords ? words[..MaxWords] + "…" : words);
    }
}
