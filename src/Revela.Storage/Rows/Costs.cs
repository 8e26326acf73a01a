using Revela.Core.Jobs;

namespace Revela.Storage.Rows;

/// <summary>Money as rows hold it: millionths of a dollar.</summary>
static class Costs
{
    public static long Micros(decimal usd) => (long)Math.Round(usd * 1_000_000m);

    public static decimal Usd(long micros) => micros / 1_000_000m;

    /// <summary>What the steps took; one that its checkpoint answered for costs nothing again.</summary>
    public static long Of(IReadOnlyList<StepRecord> steps)
    {
        var usd = 0m;
        foreach (var step in steps)
            if (step.State != "skipped") usd += step.CostUsd;
        return Micros(usd);
    }
}
