using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Imaging.Operations;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging;

/// <summary>Runs fused steps in this process: one decode, one encode. For <c>revela process</c>, the decoding child and tests.</summary>
public sealed class InProcessRunner(OperationCatalog catalog, TimeProvider time) : IStepRunner
{
    /// <inheritdoc/>
    public async Task<StepOutcome> Run(StepRun run, IProgress<StepProgress> progress, CancellationToken cancel)
    {
        var mistakes = new List<string>();
        if (catalog.Bind(run.Steps, mistakes) is not { } steps)
            return Failed(new JobError(ErrorCodes.InvalidOptions, string.Join("; ", mistakes), Retryable: false));
        return await Task.Run(() => new DevelopmentRun(run, steps, progress, time, cancel).Run(), CancellationToken.None);
    }

    internal static StepOutcome.Failed Failed(JobError error, int step = 0) => new(new JobErrorDetail(error, step));
}
