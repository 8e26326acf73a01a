using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Revela.Core.Assets;

namespace Revela.Core.Pipelines;

/// <summary>What the spine needs to know of an operation.</summary>
public sealed record OperationInfo
{
    public required string Name { get; init; }
    public required string Summary { get; init; }

    /// <summary>Default first.</summary>
    public required IReadOnlyList<string> Engines { get; init; }

    /// <summary>Those among the engines that are outside services: called by workers beside the store only, where keys and money are.</summary>
    public IReadOnlyList<string> OutsideEngines { get; init; } = [];

    /// <summary>JSON schema of the options object.</summary>
    public required JsonObject Schema { get; init; }

    /// <summary>Slow or paid: its result is kept and never made twice (law 4). Others fuse with their neighbours.</summary>
    public bool IsCheckpoint { get; init; }

    /// <summary>Those among the engines whose work is slow, where the operation is none that is always kept.</summary>
    public IReadOnlyList<string> SlowEngines { get; init; } = [];

    /// <summary>Same input and options, same result: may be shared (law 6).</summary>
    public bool IsDeterministic { get; init; } = true;

    /// <summary>Its data says how the picture that it reads looks (<see cref="Likeness"/>).</summary>
    public bool TellsLikeness { get; init; }

    /// <summary>Whether the step stands alone and its result is kept: it is slow or paid, or there are engines to choose from.</summary>
    public bool Keeps(Step step) =>
        IsCheckpoint || step.Instead is not null || OutsideEngine(step) is not null || SlowEngines.Contains(step.Engine ?? Engines[0]);

    /// <summary>The outside service that does the step; null when it is done here.</summary>
    public string? OutsideEngine(Step step) => OutsideEngines.Contains(step.Engine ?? Engines[0]) ? step.Engine ?? Engines[0] : null;

    /// <summary>Whether an outside service does the step or may come to do it.</summary>
    public bool MayGoOutside(Step step) => (step.Instead ?? []).Prepend(step.Engine ?? Engines[0]).Any(OutsideEngines.Contains);
}

/// <summary>The catalogue of operations, as the spine sees it.</summary>
public interface IOperations
{
    IReadOnlyList<OperationInfo> All { get; }

    OperationInfo? Find(string name);

    /// <summary>The step with defaults filled in and values in one spelling; every mistake is added to <paramref name="mistakes"/> (then null).</summary>
    Step? Normalise(Step step, ICollection<string> mistakes);

    /// <summary>Whether a run of these steps finds something out and makes no picture.</summary>
    bool OnlyLook(IReadOnlyList<Step> steps);

    /// <summary>Name and version of who will do the step, such as <c>vips-8.14.1</c>; part of the content key.</summary>
    string EngineVersion(Step step);

    /// <summary>Who did a step, for its record: the engine that says so where there was a choice.</summary>
    string EngineOf(Step step, StepOutcome outcome)
    {
        var operation = Find(step.Op);
        var service = operation?.OutsideEngine(step);
        return outcome.By is { } engine && (service is not null || operation?.Engines.Count > 1) ? engine : step.Engine ?? service ?? EngineVersion(step);
    }

    /// <summary>Width and height that a step makes of a picture, from its header alone.</summary>
    /// <exception cref="RevelaException">It cannot be done on this picture.</exception>
    (int Width, int Height) SizeAfter(Step step, ImageHeader header) => (header.Width, header.Height);

    /// <summary>Peak memory of running these steps on this picture, in megabytes, at least 1.</summary>
    int Megabytes(IReadOnlyList<Step> steps, ImageHeader header);
}

/// <summary>Runs a group of fused steps. Adapters: the decoding child, in-process, outside services.</summary>
public interface IStepRunner
{
    /// <summary>Ends with data for every expected failure; throws <see cref="OperationCanceledException"/> on cancel and <see cref="OutageException"/> when something outside is away.</summary>
    Task<StepOutcome> Run(StepRun run, IProgress<StepProgress> progress, CancellationToken cancel);
}

/// <param name="InputPath">The picture to read; never written.</param>
/// <param name="OutputPath">File to write, without extension; does not exist yet.</param>
/// <param name="Megabytes">Memory admitted for this run.</param>
/// <param name="JobMetadata">For operations that print it (watermark text, prompts).</param>
public sealed record StepRun(
    IReadOnlyList<Step> Steps, string InputPath, string OutputPath, string ContentType, int Megabytes, ImageLimits Limits, JsonObject? JobMetadata)
{
    /// <summary>Networks that ended decoding processes lately, by the name that they are blamed by: they are not to be run.</summary>
    public IReadOnlyList<string> Distrusted { get; init; } = [];

    /// <summary>What is written is for further steps only: as near to its pixels as the format can be, whatever room it takes.</summary>
    public bool IsBetween { get; init; }

    /// <summary>Whose run it is; null when it belongs to no job. Of no concern to a decoding child.</summary>
    [JsonIgnore]
    public StepTicket? Ticket { get; init; }
}

/// <summary>Names a run among all runs of the store, for what is asked of outside services on its account.</summary>
/// <param name="StepIndex">Index of the last step of the group.</param>
public sealed record StepTicket(string Tenant, Guid JobId, long Lease, int StepIndex);

/// <param name="StepIndex">Index inside the run.</param>
/// <param name="Fraction">Of the whole run, 0–1.</param>
/// <param name="Blame">The network that works from now on, whose doing a death is; null for the picture itself.</param>
public readonly record struct StepProgress(int StepIndex, double Fraction, string? Blame = null);

public abstract record StepOutcome
{
    /// <summary>What outside services took for it, also where nothing came of it. Counted where they are called: a decoding child has no say.</summary>
    [JsonIgnore]
    public decimal CostUsd { get; init; }

    /// <summary>It took money or credit: what came of it is kept whatever else is asked for meanwhile.</summary>
    [JsonIgnore]
    public bool IsPaid { get; init; }

    /// <summary>Who did it, where it was done.</summary>
    [JsonIgnore]
    public string? By => this switch { Developed developed => developed.Engine, Seen seen => seen.Engine, _ => null };

    /// <summary>What its steps found out, for the job's data; null when nothing.</summary>
    [JsonIgnore]
    public JsonObject? Found => this switch { Developed developed => developed.Data, Seen seen => seen.Data, _ => null };

    /// <param name="Path">The file written: the output path with the right extension.</param>
    /// <param name="Sha256">Lower-case hex of the file.</param>
    public sealed record Developed(string Path, string ContentType, long Bytes, string Sha256, int Width, int Height, int Frames, JsonObject? Data, string Engine) : StepOutcome;

    /// <summary>All its steps only looked: there is no file.</summary>
    public sealed record Seen(JsonObject? Data, string Engine) : StepOutcome;

    /// <summary>The run said no in an orderly way.</summary>
    public sealed record Failed(JobErrorDetail Error) : StepOutcome;

    /// <summary>The child died, hung or outgrew its memory: counts against the input (law 7).</summary>
    public sealed record Crashed(JobErrorDetail Error) : StepOutcome;

    /// <summary>It must wait for money, quota or a person; nothing is wrong with the image.</summary>
    public sealed record Halted(Jobs.Parked Why) : StepOutcome;
}

/// <param name="StepIndex">Index inside the run of the step that failed; 0 when unknown.</param>
public sealed record JobErrorDetail(Jobs.JobError Error, int StepIndex);
