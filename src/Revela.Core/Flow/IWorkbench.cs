using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.Core.Flow;

/// <summary>
/// All that a worker needs of the rest of the product: jobs, the bytes they read, and a place for what they make.
/// A worker beside the store stands at the <see cref="Foreman"/>'s own bench, one far away at a bench that speaks HTTP with it.
/// </summary>
/// <remarks>Every call that writes carries the lease; once that is gone nothing is written, and the answer says so (law 3).</remarks>
public interface IWorkbench
{
    /// <summary>A folder for files in the making.</summary>
    string Scratch { get; }

    /// <inheritdoc cref="IWorkSource.Claim"/>
    Task<ClaimResult> Claim(ClaimRequest request, CancellationToken cancel);

    /// <inheritdoc cref="IWorkSource.Renew"/>
    Task<IReadOnlyList<StopOrder>> Renew(IReadOnlyList<LeaseReport> reports, TimeSpan leaseFor, CancellationToken cancel);

    /// <summary>A local file with the bytes of the job's input, or of a checkpoint, to be read only and disposed.</summary>
    /// <exception cref="RevelaException"><c>input-gone</c>, <c>quarantined</c> or <c>stale-lease</c>.</exception>
    /// <exception cref="OutageException">The storage is away.</exception>
    Task<LocalFile> Fetch(ClaimedJob claimed, StoredImage picture, CancellationToken cancel);

    /// <summary>Makes what a group of steps has written durable, under a key that no other attempt writes (laws 1 and 5). The file is gone afterwards.</summary>
    /// <exception cref="RevelaException"><c>stale-lease</c>, or what the picture is refused for.</exception>
    /// <exception cref="OutageException">The storage is away.</exception>
    Task<StoredImage> Keep(ClaimedJob claimed, int stepIndex, StepOutcome.Developed picture, CancellationToken cancel);

    /// <inheritdoc cref="IWorkSource.SaveCheckpoint"/>
    Task<bool> SaveCheckpoint(ClaimedJob claimed, Checkpoint checkpoint, CancellationToken cancel);

    /// <summary>Ends the attempt and decides what becomes of its job. False: the lease is gone, nothing was written.</summary>
    Task<bool> Settle(AttemptReport report, CancellationToken cancel);
}
