using Revela.Core.Events;
using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>Ends attempts, many in one commit: each ending is one fenced change of lease, line, ending, pictures, counters and event (laws 3 and 5).</summary>
static class Settling
{
    /// <param name="close">Which of the leases.</param>
    public static async Task<IReadOnlyList<Outcome<bool>>> Settle(Transaction tx, IReadOnlyList<SettlementDraft> drafts, Func<Transaction, long[], Guid[], Task<LeaseBook>> close)
    {
        var book = await close(tx, [.. drafts.Select(draft => draft.Settlement.Lease)], [.. drafts.Select(draft => draft.Settlement.JobId)]).ConfigureAwait(false);
        var given = drafts.Select(draft => book.Take(draft.Settlement.Lease, draft.Settlement.JobId)).ToArray();

        var attempts = new Attempts(tx, book);
        for (var i = 0; i < given.Length; i++)
            if (given[i] is { } leased) attempts.End(leased, drafts[i]);
        await attempts.Finishing.Items.Write().ConfigureAwait(false);
        return Array.ConvertAll(given, leased => (Outcome<bool>)(leased is not null));
    }
}

/// <summary>A settlement with all that can be prepared before the transaction.</summary>
/// <param name="Steps">JSON.</param>
/// <param name="Data">JSON.</param>
sealed record SettlementDraft(Settlement Settlement, string? Steps, long CostMicros, string? Data)
{
    public static SettlementDraft Of(Settlement settlement) => new(
        settlement, RowJson.WriteList(settlement.Steps), Costs.Of(settlement.Steps),
        settlement.Ending is Ending.Completed completed ? RowJson.WriteObject(completed.Data) : null);
}

/// <summary>What becomes of jobs whose attempt ended, in one transaction.</summary>
sealed class Attempts(Transaction tx, LeaseBook book)
{
    public Finishing Finishing { get; } = new(tx, book.Works, book.Followers);

    public void End(Leased leased, SettlementDraft draft)
    {
        LeaseEnds(leased);
        var carried = leased.Carried with { Steps = draft.Steps ?? leased.Carried.Steps, CostMicros = leased.Carried.CostMicros + draft.CostMicros };
        if (draft.Settlement.Remember) tx.Changes.First(SettledRows.Note(leased.Job.Id, leased.Lease, tx.Now));
        Apply(leased, carried, leased.CancelRequested ? Ordered(draft.Settlement.Ending) : draft.Settlement.Ending, draft.Data);
    }

    /// <summary>Takes a job back from a worker that went silent.</summary>
    public void Lose(Leased leased, int maxLosses)
    {
        LeaseEnds(leased);
        var carried = leased.Carried with
        {
            Losses = leased.Carried.Losses + 1,
            CostMicros = leased.Carried.CostMicros + book.Checkpoints[leased.Job.Seq].Where(kept => kept.Lease == leased.Lease).Sum(kept => kept.CostMicros),
        };
        if (leased.CancelRequested) Finishing.Cancel(leased.Job, carried, leased.Progress);
        else if (carried.Losses > maxLosses) Finishing.Fail(leased.Job, carried, Lost, leased.Progress);
        else Wait(leased.Job, carried, "lost");
    }

    // A job that a person cancelled must not come back into the line, however its attempt ended.
    static Ending Ordered(Ending ending) => ending is Ending.Completed or Ending.Failed ? ending : new Ending.Cancelled();

    static JobError Lost => new(ErrorCodes.Lost, "The workers that ran this job died too many times.", Retryable: true);

    void LeaseEnds(Leased leased)
    {
        tx.Changes.Count(leased.Job.Queue, new Tally { Processing = -1, LastEnd = tx.Now });
        if (leased.Limited) tx.Changes.Ring(Signal.Work);
    }

    void Apply(Leased leased, Carried carried, Ending ending, string? data)
    {
        var job = leased.Job;
        switch (ending)
        {
            case Ending.Completed completed:
                Finishing.Complete(job, carried, new Result(completed.Outputs, data, completed.Likeness));
                CheckpointRow.Drop(tx.Changes, [.. book.Checkpoints[job.Seq]]);
                break;
            case Ending.Failed failed:
                if (failed.QuarantineSha256 is { } sha256) tx.Changes.First(Quarantine.Add(job.Tenant, sha256, failed.Error, tx.Now));
                Finishing.Fail(job, carried with { Crashes = carried.Crashes + (failed.Crash ? 1 : 0) }, failed.Error, leased.Progress);
                break;
            case Ending.Cancelled:
                Finishing.Cancel(job, carried, leased.Progress);
                break;
            case Ending.RetryAt retry:
                carried = carried with { Crashes = carried.Crashes + (retry.Crash ? 1 : 0), OutageSince = null };
                Wait(job, carried with { RunAt = Micros.Cut(retry.At), Error = RowJson.Write(retry.Error) }, retry.Crash ? "crash" : "error", retry.Error);
                break;
            case Ending.WaitUntil wait:
                carried = carried with { Attempt = carried.Attempt - 1, OutageSince = carried.OutageSince ?? tx.Now };
                Wait(job, carried with { RunAt = Micros.Cut(wait.At), Error = RowJson.Write(wait.Error) }, "outage", wait.Error);
                break;
            case Ending.Park park:
                Park(job, carried with { Attempt = carried.Attempt - 1, OutageSince = null }, park.Reason);
                break;
            case Ending.GivenBack:
                Wait(job, carried with { Attempt = carried.Attempt - 1 }, "given-back");
                break;
            default:
                throw new ArgumentException($"An attempt cannot end as {ending.GetType().Name}.", nameof(ending));
        }
    }

    void Wait(JobHead job, Carried carried, string reason, JobError? error = null)
    {
        tx.Changes.Wait(Waiting.InLine(job, carried, tx.Now));
        tx.Changes.TellWaiting(job, reason, carried, error);
    }

    /// <summary>Waits for money, quota or a person.</summary>
    public static Waiting Parked(JobHead job, Carried carried, Parked reason) =>
        new(job, Gate.Parked, reason.Until is { } time ? Micros.Cut(time) : null, RowJson.Write(reason), null, carried);

    void Park(JobHead job, Carried carried, Parked reason)
    {
        var row = Parked(job, carried, reason);
        tx.Changes.Wait(row);
        tx.Changes.Tell(EventTypes.Parked, job, row.Parked);
    }
}
