using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.Tests.Flow;

/// <summary>A runner that does what the test says: by default it writes the input's bytes and the names of the steps.</summary>
sealed class ScriptedRunner : IStepRunner
{
    public List<string> Ran { get; } = [];

    public Func<StepRun, CancellationToken, Task<StepOutcome?>>? Script { get; set; }

    public async Task<StepOutcome> Run(StepRun run, IProgress<StepProgress> progress, CancellationToken cancel)
    {
        var names = string.Join('+', run.Steps.Select(step => step.Op));
        lock (Ran) Ran.Add(names);
        if (Script is { } script && await script(run, cancel) is { } outcome) return outcome;

        progress.Report(new StepProgress(0, 0.5));
        if (run.Steps.All(step => step.Op == "look")) return new StepOutcome.Seen(new JsonObject { [PerceptualHash.Name] = "00000000000000ff" }, "scripted");
        byte[] bytes = [.. await File.ReadAllBytesAsync(run.InputPath, cancel), .. System.Text.Encoding.UTF8.GetBytes(names)];
        var path = run.OutputPath + ".png";
        await File.WriteAllBytesAsync(path, bytes, cancel);
        return new StepOutcome.Developed(
            path, "image/png", bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), 1, 1, 1, new JsonObject { [run.Steps[0].Op] = true }, "scripted");
    }

    public static StepOutcome Failed(string code, bool retryable) =>
        new StepOutcome.Failed(new JobErrorDetail(new JobError(code, "As the test said.", retryable), 0));

    public static StepOutcome Crashed(string code = ErrorCodes.Crashed) =>
        new StepOutcome.Crashed(new JobErrorDetail(new JobError(code, "As the test said.", true), 0));
}

/// <summary>Four operations for the spine's own tests: a cheap one, a slow one that is a checkpoint, one that never gives the same twice, and one that only looks.</summary>
sealed class FourOperations : IOperations
{
    public IReadOnlyList<OperationInfo> All { get; } =
    [
        Info("cheap") with { Engines = ["scripted", "deep", "elsewhere"], SlowEngines = ["deep"], OutsideEngines = ["elsewhere"] },
        Info("slow") with { IsCheckpoint = true },
        Info("paint") with { IsCheckpoint = true, IsDeterministic = false },
        Info("look") with { TellsLikeness = true },
    ];

    static OperationInfo Info(string name) => new() { Name = name, Summary = name, Engines = ["scripted"], Schema = [] };

    public OperationInfo? Find(string name) => All.FirstOrDefault(operation => operation.Name == name);

    public Step? Normalise(Step step, ICollection<string> mistakes) => step;

    public bool OnlyLook(IReadOnlyList<Step> steps) => steps.All(step => step.Op == "look");

    public string EngineVersion(Step step) => "scripted-1";

    public int Megabytes(IReadOnlyList<Step> steps, ImageHeader header) => 1;
}
