namespace Revela.Core.Pipelines;

/// <summary>What a worker has on offer: operations by name, and <c>operation:engine</c> where a step names who is to do it.</summary>
public static class Offer
{
    public static string For(Step step) => step.Engine is null ? step.Op : $"{step.Op}:{step.Engine}";

    /// <summary>Whether every step of the pipeline is among what is on offer.</summary>
    public static bool Covers(this IReadOnlySet<string> offers, Pipeline pipeline) => pipeline.Steps.All(step => offers.Contains(For(step)));

    /// <summary>All that a catalogue can do without an outside service.</summary>
    public static IReadOnlySet<string> Of(IOperations operations) => operations.All.SelectMany(Of).ToHashSet();

    static IEnumerable<string> Of(OperationInfo operation) => operation.Engines
        .Where(engine => !operation.OutsideEngines.Contains(engine))
        .Select(engine => $"{operation.Name}:{engine}")
        .Concat(operation.OutsideEngines.Contains(operation.Engines[0]) ? [] : [operation.Name]);
}
