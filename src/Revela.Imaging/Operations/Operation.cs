using System.Text.Json.Nodes;
using Revela.Core.Pipelines;
using Revela.Imaging.Operations.Binding;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations;

/// <summary>What a step does: its name, its options and how it changes a picture.</summary>
public abstract class Operation
{
    readonly Lazy<OperationInfo> info;

    protected Operation() => info = new Lazy<OperationInfo>(Describe);

    public abstract string Name { get; }

    /// <summary>One sentence for people.</summary>
    public abstract string Summary { get; }

    public OperationInfo Info => info.Value;

    /// <summary>Default first.</summary>
    public virtual IReadOnlyList<string> Engines => ["vips"];

    /// <summary>Those among the engines that are outside services; a child is never asked for their work.</summary>
    public virtual IReadOnlyList<string> OutsideEngines => [];

    /// <summary>False when only waiting or metadata are its business: then the picture's bytes may pass through.</summary>
    public virtual bool ChangesPixels => true;

    /// <summary>Finds something out: where its options ask for no change either, a run of such steps makes no picture.</summary>
    public virtual bool Looks => false;

    /// <inheritdoc cref="OperationInfo.TellsLikeness"/>
    public virtual bool TellsLikeness => false;

    /// <summary>Slow: its result is kept and never made twice (law 4).</summary>
    public virtual bool IsCheckpoint => false;

    /// <inheritdoc cref="OperationInfo.SlowEngines"/>
    public virtual IReadOnlyList<string> SlowEngines => [];

    /// <summary>Same input and options, same result: may be shared (law 6).</summary>
    public virtual bool IsDeterministic => true;

    internal abstract Type OptionsType { get; }

    /// <summary>Who would do it here and in which version, when that is not libvips alone; part of the content key (law 6).</summary>
    internal abstract string? Version(object options, string? engine);

    /// <summary>The options as their record; null when <paramref name="mistakes"/> got an entry.</summary>
    internal abstract object? Bind(JsonObject options, ICollection<string> mistakes);

    /// <summary>The size it makes of a size; no pixel has been read yet.</summary>
    internal abstract Shape After(Shape before, object options);

    /// <summary>Bytes held at the peak beside the decoded picture, from the shape it gets.</summary>
    internal abstract long ExtraBytes(Shape before, object options, string? engine);

    internal abstract void Apply(Picture picture, object options, string? engine);

    /// <summary>True when it only waits or looks, and the picture stays as it is, byte for byte.</summary>
    internal abstract bool LeavesBytes(object options);

    internal abstract double WaitSeconds(object options);

    internal abstract ValueTask Wait(object options, RunContext context);

    OperationInfo Describe() => new()
    {
        Name = Name,
        Summary = Summary,
        Engines = Engines,
        OutsideEngines = OutsideEngines,
        Schema = OptionsSchema.Of(OptionsType),
        IsCheckpoint = IsCheckpoint,
        SlowEngines = SlowEngines,
        IsDeterministic = IsDeterministic,
        TellsLikeness = TellsLikeness,
    };
}

/// <summary>An operation with its record of options: a sealed record whose properties carry description and bounds.</summary>
public abstract class Operation<TOptions> : Operation where TOptions : class
{
    internal sealed override Type OptionsType => typeof(TOptions);

    /// <summary>Mistakes that no single option shows, each beginning with an option's name.</summary>
    protected virtual IEnumerable<string> Check(TOptions options) => [];

    protected virtual Shape After(Shape before, TOptions options) => before;

    protected virtual long ExtraBytes(Shape before, TOptions options) => 0;

    /// <inheritdoc cref="ExtraBytes(Shape, TOptions)"/>
    /// <param name="engine">The one asked for; null for the operation's default.</param>
    protected virtual long ExtraBytes(Shape before, TOptions options, string? engine) => ExtraBytes(before, options);

    /// <summary>Adds its work to the picture; pixels are computed when the result is written.</summary>
    protected virtual void Apply(Picture picture, TOptions options) { }

    /// <inheritdoc cref="Apply(Picture, TOptions)"/>
    /// <param name="engine">The one asked for; null for the operation's default.</param>
    protected virtual void Apply(Picture picture, TOptions options, string? engine) => Apply(picture, options);

    protected virtual string? Version(TOptions options, string? engine) => null;

    /// <summary>True when it only waits or looks, and the picture stays as it is, byte for byte.</summary>
    protected virtual bool LeavesBytes(TOptions options) => false;

    /// <summary>Runs before any pixel is computed; for operations that wait.</summary>
    protected virtual ValueTask Wait(TOptions options, RunContext context) => ValueTask.CompletedTask;

    /// <summary>How long <see cref="Wait"/> takes, for the share of progress.</summary>
    protected virtual double WaitSeconds(TOptions options) => 0;

    internal sealed override object? Bind(JsonObject options, ICollection<string> mistakes)
    {
        var before = mistakes.Count;
        var bound = OptionsBinder.Bind<TOptions>(Name, options, mistakes);
        if (bound is null) return null;
        foreach (var mistake in Check(bound)) mistakes.Add($"{Name}: {mistake}");
        return mistakes.Count == before ? bound : null;
    }

    internal sealed override Shape After(Shape before, object options) => After(before, (TOptions)options);
    internal sealed override long ExtraBytes(Shape before, object options, string? engine) => ExtraBytes(before, (TOptions)options, engine);
    internal sealed override void Apply(Picture picture, object options, string? engine) => Apply(picture, (TOptions)options, engine);
    internal sealed override string? Version(object options, string? engine) => Version((TOptions)options, engine);
    internal sealed override bool LeavesBytes(object options) => LeavesBytes((TOptions)options);
    internal sealed override double WaitSeconds(object options) => WaitSeconds((TOptions)options);
    internal sealed override ValueTask Wait(object options, RunContext context) => Wait((TOptions)options, context);
}

/// <summary>A step whose options are bound, at its index in the run.</summary>
/// <param name="Engine">The one asked for; null for the operation's default.</param>
sealed record BoundStep(int Index, Operation Operation, object Options, string? Engine = null);

/// <summary>Size of a picture on its way, before pixels are read.</summary>
/// <param name="Bands">Alpha included.</param>
/// <param name="Bytes">Of one band of one pixel.</param>
public readonly record struct Shape(int Width, int Height, int Frames, int Bands, int Bytes)
{
    public long Pixels => (long)Width * Height * Frames;
    public long Memory => Pixels * Bands * Bytes;
}

/// <summary>What a run lends to its steps.</summary>
/// <param name="Report">Share of this step that is done, 0–1.</param>
public sealed record RunContext(TimeProvider Time, Action<double> Report, CancellationToken Cancel)
{
    /// <summary>Called with the name of a network before it works and with null after: a death, hunger or hang in between is its doing, not the picture's.</summary>
    public Action<string?> Blame { get; init; } = _ => { };

    /// <summary>Networks, by the name that they are blamed by, that are not to be tried now.</summary>
    public IReadOnlyCollection<string> Distrusted { get; init; } = [];
}
