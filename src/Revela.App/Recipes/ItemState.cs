using Revela.Core.Items;
using Revela.Core.Jobs;

namespace Revela.App.Recipes;

/// <summary>How an item's job stands: as the item says once it has ended, so that it holds when the job is gone, and before that as the job says.</summary>
/// <param name="State">Null for an item that never had a job.</param>
/// <param name="Error">Why it failed, or what the last attempt failed with while another is waited for.</param>
/// <param name="Job">While it has not ended.</param>
public sealed record ItemState(JobState? State, JobError? Error, DateTimeOffset? EndedAt, Job? Job = null)
{
    static readonly JobError Cancelled = new(ErrorCodes.Cancelled, "It was cancelled.", false);

    /// <summary>Failed or cancelled.</summary>
    public bool IsFailure => State is JobState.Failed or JobState.Cancelled;

    public static async Task<ItemState> Of(Item item, IItemStore items, IJobStore jobs, CancellationToken cancel)
    {
        if (item.Outcome is { } outcome) return Of(outcome);
        if (item.JobId is not { } id) return new ItemState(null, null, null);
        if (await jobs.Get(item.Tenant, id, cancel) is { } job)
            return new ItemState(job.State, job.State == JobState.Cancelled ? job.Error ?? Cancelled : job.Error, job.FinishedAt, job);
        // Read a moment ago the job had not ended; since then it has, and retention took it.
        return await items.Get(item.Tenant, item.Collection, item.ExternalId, cancel) is { Outcome: { } since } ? Of(since) : new ItemState(null, null, null);
    }

    static ItemState Of(ItemOutcome outcome) => new(outcome.State, outcome.State == JobState.Cancelled ? outcome.Error ?? Cancelled : outcome.Error, outcome.At);
}
