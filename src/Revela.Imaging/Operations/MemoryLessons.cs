using Revela.Core.Pipelines;

namespace Revela.Imaging.Operations;

/// <summary>
/// Corrects the memory that is reckoned from headers by what runs were seen to take: a factor per operation and engine, between a half and
/// double, learned from runs in which that operation alone changed pixels. Kept by this process; it begins anew with each start.
/// </summary>
public sealed class MemoryLessons
{
    const double Least = 0.5, Most = 2;

    /// <summary>What is put on top of what was seen: the next picture may be a little worse.</summary>
    const double Headroom = 1.15;

    /// <summary>Runs that must be seen before their lesson counts.</summary>
    const int Enough = 5;

    /// <summary>Share by which a smaller need is believed, run by run; a larger one is believed at once.</summary>
    const double Forgetting = 0.05;

    /// <summary>Megabytes. Below, libraries and buffers outweigh the picture.</summary>
    const int LeastReckoned = 48;

    readonly Lock gate = new();
    readonly Dictionary<string, (int Seen, double Factor)> lessons = [];

    /// <param name="reckoned">From the header, uncorrected; megabytes.</param>
    /// <param name="taken">At the peak; megabytes.</param>
    internal void Note(IReadOnlyList<Step> steps, int reckoned, int taken)
    {
        if (reckoned < LeastReckoned || taken <= 0 || Subject(steps) is not { } subject) return;
        var need = Headroom * taken / reckoned;
        lock (gate)
        {
            var (seen, factor) = lessons.GetValueOrDefault(subject);
            lessons[subject] = (seen + 1, seen == 0 ? need : Math.Max(need, factor + (need - factor) * Forgetting));
        }
    }

    /// <summary>A run was ended since it took more than it was admitted to: from now on such runs are admitted to a quarter more.</summary>
    internal void NoteTooLarge(IReadOnlyList<Step> steps)
    {
        if (Subject(steps) is not { } subject) return;
        lock (gate) lessons[subject] = (Enough, Math.Min(Most, 1.25 * Factor(subject)));
    }

    /// <summary>What the reckoned memory of these steps is to be multiplied with. Where one of them has no lesson yet, never less than 1.</summary>
    internal double Factor(IEnumerable<BoundStep> steps)
    {
        var subjects = steps.Where(step => step.Operation.ChangesPixels).Select(step => Name(step.Operation.Name, step.Engine)).ToArray();
        lock (gate) return subjects.Length == 0 ? 1 : subjects.Max(Factor);
    }

    double Factor(string subject) => lessons.GetValueOrDefault(subject) is { Seen: >= Enough } lesson ? Math.Clamp(lesson.Factor, Least, Most) : 1;

    // The only step that changes pixels; null where several do, since nobody knows whose the memory was.
    static string? Subject(IReadOnlyList<Step> steps)
    {
        var changing = steps.Where(step => step.Op is not ("convert" or "strip" or "pause")).ToArray();
        return changing is [var one] ? Name(one.Op, one.Engine) : null;
    }

    static string Name(string operation, string? engine) => engine is null ? operation : $"{operation}:{engine}";
}
