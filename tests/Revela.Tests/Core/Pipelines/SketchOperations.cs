using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.Core.Assets;
using Revela.Core.Pipelines;

namespace Revela.Tests.Core.Pipelines;

/// <summary>Three operations without pixels: <c>size</c> (width 1–1000, label), <c>dream</c> (differs from run to run) and <c>slow</c> (a checkpoint).</summary>
sealed class SketchOperations : IOperations
{
    public string Version { get; init; } = "sketch-1";

    public IReadOnlyList<OperationInfo> All { get; } =
    [
        Info("size") with { Schema = (JsonObject)JsonNode.Parse("""{"properties": {"width": {"type": "integer"}, "label": {"type": "string"}}}""")! },
        Info("dream") with { IsDeterministic = false },
        Info("slow") with { IsCheckpoint = true },
    ];

    public OperationInfo? Find(string name) => All.FirstOrDefault(operation => operation.Name == name);

    public Step? Normalise(Step step, ICollection<string> mistakes)
    {
        var before = mistakes.Count;
        if (Find(step.Op) is null) mistakes.Add($"there is no operation '{step.Op}'");
        if (step.Options["width"] is { } width && (width.GetValueKind() != JsonValueKind.Number || width.GetValue<double>() is not (>= 1 and <= 1000)))
            mistakes.Add("width must be 1 to 1000");
        foreach (var (name, _) in step.Options)
            if (name is not ("width" or "label")) mistakes.Add($"there is no option '{name}'");
        if (mistakes.Count > before) return null;
        var options = (JsonObject)step.Options.DeepClone();
        options["width"] ??= 100;
        return step with { Options = options };
    }

    public bool OnlyLook(IReadOnlyList<Step> steps) => false;

    public string EngineVersion(Step step) => Version;

    public int Megabytes(IReadOnlyList<Step> steps, ImageHeader header) => 1;

    static OperationInfo Info(string name) => new() { Name = name, Summary = name, Engines = ["sketch"], Schema = [] };
}
