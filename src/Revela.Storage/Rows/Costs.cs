using Revela.Core.Jobs;

namespace Revela.Storage.Rows;

/// <summary>Money spent, in millionths of a dollar; a step that its checkpoint answered for costs nothing again.</summary>
static class Costs
{
    public static long Of(IReadOnlyList<StepRecord> steps)
    {
        var usd = 0m;
        foreach (var step in steps)
            if (step.State != "skipped") usd += step.CostUsd;
        return (long)Math.Round(usd * 1_000_000m);
    }
}
