using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.Providers.Prices;

/// <summary>What a step is reckoned to take of one picture.</summary>
/// <param name="Engine">Who would do it as things are set up here; null for the operation's own default.</param>
public sealed record StepEstimate(string Op, string? Engine, decimal Usd);

/// <summary>Reckons what outside services will take, from the price table and the settings. Nothing else costs money.</summary>
public sealed class Estimator(IReadOnlyList<OutsideEngine> engines, IOperations operations)
{
    /// <summary>Of one picture, step by step; of what is shared or done already, nothing is taken.</summary>
    public IReadOnlyList<StepEstimate> Of(Pipeline pipeline) => [.. pipeline.Steps.Select(Of)];

    /// <summary>Of all that was submitted, in US dollars; nothing for work that is shared.</summary>
    public decimal Of(Pipeline pipeline, IReadOnlyList<Submitted> submitted) => Of(pipeline).Sum(step => step.Usd) * submitted.Count(job => job.Kind == SubmissionKind.Enqueued);

    StepEstimate Of(Step step)
    {
        var name = (step.Instead ?? []).Prepend(step.Engine).FirstOrDefault(CanBeHad, step.Engine);
        var usd = Service(name)?.UsdFor(step) ?? 0;
        return new StepEstimate(step.Op, name, usd);

        bool CanBeHad(string? engine) => Service(engine) is not { Missing: not null };

        OutsideEngine? Service(string? engine) =>
            operations.Find(step.Op)?.OutsideEngine(step with { Engine = engine }) is { } outside ? engines.First(known => known.Name == outside && known.Operation == step.Op) : null;
    }
}
