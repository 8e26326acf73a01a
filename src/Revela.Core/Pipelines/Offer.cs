namespace Revela.Core.Pipelines;

/// <summary>What a worker has on offer: operations by name, and <c>operation:engine</c> where a step names who is to do it.</summary>
public static class Offer
{
    public static string For(Step step) => step.Engine is null ? step.Op : $"{step.Op}:{step.Engine}";

    /// <summary>Whether every step of the pipeline is among what is on offer.</summary>
    public static bool Covers(this IReadOnlySet<string> offers, Pipeline pipeline) => pipeline.Steps.All(step => offers.Contains(For(step)));

    /// <summary>All that a catalogue can do.</summary>
    public static IReadOnlySet<string> Of(IOperations operations) =>
        operations.All.SelectMany(operation => operation.Engines.Select(engine => $"{operation.Name}:{engine}").Prepend(operation.Name)).ToHashSet();
}
