using System.Text.RegularExpressions;

namespace Revela.Core.Pipelines;

/// <summary>What makes a pipeline well formed. All mistakes are told at once, so that a person mends them in one go.</summary>
public static partial class PipelineRules
{
    public const int MaxSteps = 50;
    public const int MaxAttempts = 100;
    const string NameWords = "lower-case letters, digits, '-' and '_', at most 64, beginning with a letter or digit";

    /// <summary>The pipeline with every step normalised; null when anything was added to <paramref name="mistakes"/>.</summary>
    public static Pipeline? Check(Pipeline draft, IOperations operations, ICollection<string> mistakes) =>
        Check(draft, operations, (step, text) => mistakes.Add(step is { } i ? $"step {i + 1} ({draft.Steps[i].Op}): {text}" : text));

    /// <param name="report">Takes the index of the step, null for the pipeline as a whole, and the mistake.</param>
    public static Pipeline? Check(Pipeline draft, IOperations operations, Action<int?, string> report)
    {
        var clean = true;
        Action<int?, string> mistake = (step, text) => { clean = false; report(step, text); };
        CheckSettings(draft, mistake);
        CheckNames(draft.Steps, mistake);
        var steps = Normalise(draft.Steps, operations, mistake);
        return clean ? draft with { Steps = steps } : null;
    }

    /// <summary>Lower-case letters, digits, hyphens and underscores, at most 64, beginning with a letter or digit.</summary>
    public static bool IsName(string name) => NamePattern().IsMatch(name);

    static void CheckSettings(Pipeline draft, Action<int?, string> mistake)
    {
        if (!IsName(draft.Name)) mistake(null, $"the name '{draft.Name}' must be {NameWords}");
        if (!IsName(draft.Queue)) mistake(null, $"the queue '{draft.Queue}' must be {NameWords}");
        if (draft.MaxAttempts is < 1 or > MaxAttempts) mistake(null, $"max_attempts must be 1 to {MaxAttempts}");
        Within(draft.AttemptTimeout, "attempt_timeout", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), "1 s to 1 d", mistake);
        Within(draft.OutageDeadline, "outage_deadline", TimeSpan.Zero, TimeSpan.FromDays(30), "0 s to 30 d", mistake);
        Within(draft.Backoff.First, "backoff.first", TimeSpan.Zero, TimeSpan.FromDays(1), "0 s to 1 d", mistake);
        if (draft.Backoff.Factor is not (>= 1 and <= 10)) mistake(null, "backoff.factor must be 1 to 10");
        if (draft.Backoff.Jitter is not (>= 0 and <= 1)) mistake(null, "backoff.jitter must be 0 to 1");
        if (draft.Steps.Count is 0 or > MaxSteps) mistake(null, $"there must be 1 to {MaxSteps} steps");
    }

    static void Within(TimeSpan value, string name, TimeSpan least, TimeSpan most, string words, Action<int?, string> mistake)
    {
        if (value < least || value > most) mistake(null, $"{name} must be {words}");
    }

    static void CheckNames(IReadOnlyList<Step> steps, Action<int?, string> mistake)
    {
        var known = new HashSet<string>(StringComparer.Ordinal) { Plan.Input };
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i].From is { } from && !known.Contains(from))
                mistake(i, $"from: '{from}' is neither 'input' nor the 'as' of an earlier step");
            if (steps[i].As is not { } name) continue;
            if (!IsName(name)) mistake(i, $"as: '{name}' must be {NameWords}");
            else if (!known.Add(name)) mistake(i, $"as: '{name}' is taken already");
        }
    }

    static IReadOnlyList<Step> Normalise(IReadOnlyList<Step> steps, IOperations operations, Action<int?, string> mistake)
    {
        var normalised = new List<Step>(steps.Count);
        for (var i = 0; i < steps.Count; i++)
        {
            var found = new List<string>();
            if (operations.Normalise(steps[i], found) is { } step) normalised.Add(step);
            else if (found.Count == 0) found.Add("it cannot be done with these options");
            var prefix = $"{steps[i].Op}: ";
            foreach (var text in found) mistake(i, text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text);
        }
        return normalised;
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_-]{0,63}\z")]
    private static partial Regex NamePattern();
}
