namespace Revela.Core.Pipelines;

/// <summary>Steps that run as one graph: one decode, one encode, one durable result; or, where they only look, none.</summary>
/// <param name="First">Index of the first step in the pipeline.</param>
/// <param name="Source">Index of the group whose picture it reads; −1 for the job's input.</param>
/// <param name="IsCheckpoint">Its result is kept before the next group begins.</param>
/// <param name="Publishes">Its result is an output of the job, under <see cref="Name"/> or as the last step's.</param>
public sealed record StepGroup(int First, IReadOnlyList<Step> Steps, int Source, bool IsCheckpoint, bool Publishes, string? Name)
{
    public int Last => First + Steps.Count - 1;
}

/// <summary>
/// How a pipeline is cut into groups. A group ends after a checkpoint operation, after a step that publishes or is read by name,
/// and before a step that does not read the step before it (law 4).
/// </summary>
/// <remarks>
/// A group that only looks makes no picture. Who reads it reads what it looked at, and what it would publish is published by the group that made it;
/// the job's input is never published.
/// </remarks>
public sealed record Plan(IReadOnlyList<StepGroup> Groups)
{
    public const string Input = "input";

    public static Plan Of(Pipeline pipeline, IOperations operations)
    {
        var groups = new List<StepGroup>();
        var named = new Dictionary<string, int> { [Input] = -1 };
        var open = new List<Step>();
        var (source, picture) = (-1, -1);

        for (var i = 0; i < pipeline.Steps.Count; i++)
        {
            var step = pipeline.Steps[i];
            if (open.Count == 0) source = step.From is { } from ? named[from] : picture;
            open.Add(step);

            var isLast = i == pipeline.Steps.Count - 1;
            var slow = IsCheckpoint(step, operations);
            if (!isLast && !slow && step.As is null && pipeline.Steps[i + 1].From is null && !IsCheckpoint(pipeline.Steps[i + 1], operations)) continue;

            var looks = operations.OnlyLook(open);
            var publishes = isLast || step.As is not null;
            picture = looks ? source : groups.Count;
            if (step.As is not null) named[step.As] = picture;
            if (looks && publishes && picture >= 0) groups[picture] = groups[picture] with { Publishes = true, Name = groups[picture].Name ?? step.As };
            groups.Add(looks
                ? new StepGroup(i - open.Count + 1, open.ToArray(), source, IsCheckpoint: false, Publishes: false, Name: null)
                : new StepGroup(i - open.Count + 1, open.ToArray(), source, slow || !isLast, publishes, step.As));
            open.Clear();
        }
        return new Plan(groups);
    }

    // What a service may do is asked for, and paid for, step by step.
    static bool IsCheckpoint(Step step, IOperations operations) => operations.Find(step.Op)?.Keeps(step) ?? false;
}
