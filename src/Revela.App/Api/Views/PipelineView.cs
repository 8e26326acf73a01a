using System.Text.Json.Nodes;
using Revela.Core.Pipelines;

namespace Revela.App.Api.Views;

/// <summary>A pipeline as clients read it; its steps can be sent back as they are.</summary>
public sealed record PipelineView(string Name, string? Description, string Queue, int Priority, int MaxAttempts, double AttemptTimeoutSeconds, IReadOnlyList<JsonObject> Steps)
{
    public static PipelineView Of(Pipeline pipeline) => new(
        pipeline.Name, pipeline.Description, pipeline.Queue, pipeline.Priority, pipeline.MaxAttempts, pipeline.AttemptTimeout.TotalSeconds,
        [.. pipeline.Steps.Select(StepJson.Write)]);
}

public sealed record PipelineList(IReadOnlyList<PipelineView> Pipelines);

/// <summary>An operation as clients read it.</summary>
/// <param name="Engines">Who can do it, default first.</param>
/// <param name="Checkpoint">Slow or paid: its result is kept and never made twice.</param>
/// <param name="Deterministic">Same input and options, same result.</param>
/// <param name="Options">JSON schema of the options that stand in a step beside <c>op</c>.</param>
public sealed record OperationView(string Name, string Summary, IReadOnlyList<string> Engines, bool Checkpoint, bool Deterministic, JsonObject Options)
{
    public static OperationView Of(OperationInfo info) =>
        new(info.Name, info.Summary, info.Engines, info.IsCheckpoint, info.IsDeterministic, info.Schema);
}

public sealed record OperationList(IReadOnlyList<OperationView> Operations);
