using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Imaging.Native.TurboJpeg;
using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations.Binding;

namespace Revela.Imaging.Operations;

/// <summary>The table of operations: one line each; validation, schemas, help and cost follow from it.</summary>
public sealed class OperationCatalog : IOperations
{
    static readonly Operation[] BuiltIn =
    [
        new Grayscale(),
        new Resize(),
        new Thumbnail(),
        new Crop(),
        new Rotate(),
        new Flip(),
        new Flatten(),
        new Blur(),
        new Sharpen(),
        new Watermark(),
        new RemoveBackground(),
        new Upscale(),
        new Restyle(),
        new Convert(),
        new Strip(),
        new Publish(),
        new Inspect(),
        new ReadBibs(),
        new Pause(),
    ];

    readonly Dictionary<string, Operation> byName;

    // Made when asked for: a decoding child has no use for schemas and would start later for them.
    readonly Lazy<IReadOnlyList<OperationInfo>> infos;

    readonly MemoryLessons? lessons;

    /// <param name="extra">Operations beside the built-in ones, such as those that tests use to misbehave.</param>
    /// <param name="lessons">Correct the memory that runs are admitted to; null to reckon from headers alone.</param>
    public OperationCatalog(IEnumerable<Operation>? extra = null, MemoryLessons? lessons = null)
    {
        this.lessons = lessons;
        Operation[] all = [.. BuiltIn, .. extra ?? []];
        byName = all.ToDictionary(o => o.Name);
        infos = new Lazy<IReadOnlyList<OperationInfo>>(() => all.Select(o => o.Info).ToArray());
    }

    public IReadOnlyList<OperationInfo> All => infos.Value;

    public OperationInfo? Find(string name) => byName.GetValueOrDefault(name)?.Info;

    public Step? Normalise(Step step, ICollection<string> mistakes) =>
        Bind(step, 0, mistakes) is { } bound ? step with { Options = OptionsBinder.Spell(bound.Options) } : null;

    public bool OnlyLook(IReadOnlyList<Step> steps) =>
        steps.Any(step => byName.GetValueOrDefault(step.Op) is { Looks: true }) && Bind(steps, []) is { } bound && OnlyLook(bound);

    internal static bool OnlyLook(IReadOnlyList<BoundStep> steps) =>
        steps.Any(step => step.Operation.Looks) && steps.All(step => step.Operation.LeavesBytes(step.Options));

    // Raised whenever a step's pixels come out differently than before: finished results are answered by this name (law 6).
    const int Pixels = 2;

    public string EngineVersion(Step step)
    {
        var libraries = $"vips-{Vips.Version}+turbojpeg-{TurboJpeg.Version}+pixels-{Pixels}";
        var own = Bind(step, 0, []) is { } bound ? bound.Operation.Version(bound.Options, bound.Engine) : null;
        return own is null ? libraries : $"{own}+{libraries}";
    }

    public (int Width, int Height) SizeAfter(Step step, ImageHeader header)
    {
        var mistakes = new List<string>();
        if (Bind(step, 0, mistakes) is not { } bound) throw new RevelaException(ErrorCodes.InvalidOptions, string.Join(' ', mistakes));
        try
        {
            var shape = bound.Operation.After(Cost.ShapeOf(header), bound.Options);
            return (shape.Width, shape.Height);
        }
        catch (StepException e)
        {
            throw new RevelaException(e.Error);
        }
    }

    public int Megabytes(IReadOnlyList<Step> steps, ImageHeader header)
    {
        var mistakes = new List<string>();
        // Each engine that may have to do a step must find room.
        var alternatives = steps.Select(step => EnginesOf(step).Count).Append(1).Max();
        return Enumerable.Range(0, alternatives).Max(nth => Megabytes([.. steps.Select(step => With(step, nth))], mistakes, header));
    }

    int Megabytes(Step[] steps, List<string> mistakes, ImageHeader header)
    {
        var bound = steps.Select((step, i) => Bind(step, i, mistakes)).OfType<BoundStep>().ToArray();
        var reckoned = Cost.Megabytes(bound, header);
        return lessons is null ? reckoned : Math.Max(1, (int)Math.Min(int.MaxValue, reckoned * lessons.Factor(bound)));
    }

    static List<string> EnginesOf(Step step) => step.Engine is null ? [] : [step.Engine, .. step.Instead ?? []];

    static Step With(Step step, int nth) => step.Instead is { } instead ? step with { Engine = EnginesOf(step)[Math.Min(nth, instead.Count)], Instead = null } : step;

    /// <summary>A step as typed: <c>resize:width=200,height=200</c>. Not yet normalised.</summary>
    /// <exception cref="RevelaException"><c>unknown-operation</c> or <c>invalid-options</c>.</exception>
    public Step Parse(string shortForm) => ShortForm.Parse(shortForm, byName.GetValueOrDefault);

    /// <summary>The steps with their options bound; null when a mistake was added.</summary>
    internal IReadOnlyList<BoundStep>? Bind(IReadOnlyList<Step> steps, ICollection<string> mistakes)
    {
        var count = mistakes.Count;
        var bound = steps.Select((step, i) => Bind(step, i, mistakes)).ToArray();
        return mistakes.Count == count ? bound.OfType<BoundStep>().ToArray() : null;
    }

    BoundStep? Bind(Step step, int index, ICollection<string> mistakes)
    {
        if (!byName.TryGetValue(step.Op, out var operation))
        {
            mistakes.Add($"there is no operation '{step.Op}'; known are {string.Join(", ", byName.Keys.Order())}");
            return null;
        }
        var engines = EnginesOf(step);
        if (engines.FirstOrDefault(name => !operation.Engines.Contains(name)) is { } unknown)
        {
            mistakes.Add($"{step.Op}: there is no engine '{unknown}'; known are {string.Join(", ", operation.Engines)}");
            return null;
        }
        if (engines.Distinct().Count() < engines.Count)
        {
            mistakes.Add($"{step.Op}: an engine is named twice");
            return null;
        }
        return operation.Bind(step.Options, mistakes) is { } options ? new BoundStep(index, operation, options, step.Engine) : null;
    }
}
