using Revela.Core.Jobs;
using Revela.Core.Ledger;

namespace Revela.Tests.Storage;

/// <summary>The state machine of jobs, said as simply as it can be: a list in memory, one queue, one tenant, no shared work.</summary>
public sealed class JobModel(string queue)
{
    readonly List<ModelJob> jobs = [];
    int entries, accepted, completed, failed, cancelled;

    public IReadOnlyList<ModelJob> Jobs => jobs;

    /// <summary>Every lease that was ever given out, so that late writers can be tried.</summary>
    public List<(ModelJob Job, long Lease)> Leases { get; } = [];

    public void Submit(Guid id, int priority, DateTimeOffset? runAt, Parked? parked, DateTimeOffset now)
    {
        accepted++;
        jobs.Add(new ModelJob { Id = id, Priority = priority, Entry = entries++, RunAt = runAt ?? now, Parked = parked });
    }

    /// <summary>The jobs that a claim must give, in order.</summary>
    public List<ModelJob> Claim(int max, DateTimeOffset now)
    {
        foreach (var job in jobs.Where(job => job.Parked is { Until: { } until } && until <= now)) job.Parked = null;
        var open = jobs.Where(job => job.State == JobState.Pending && job.Parked is null && job.RunAt <= now);
        return [.. open.OrderByDescending(job => job.Priority).ThenBy(job => job.Entry).Take(max)];
    }

    public void Start(ModelJob job, long lease, DateTimeOffset until)
    {
        (job.State, job.Lease, job.LeaseEnds) = (JobState.Processing, lease, until);
        job.Attempt++;
        Leases.Add((job, lease));
    }

    public bool Settle(ModelJob job, long lease, Ending ending, DateTimeOffset now)
    {
        if (job.Lease != lease) return false;
        job.Lease = null;
        if (job.CancelRequested && ending is not (Ending.Completed or Ending.Failed)) ending = new Ending.Cancelled();
        if (ending is Ending.WaitUntil or Ending.Park or Ending.GivenBack) job.Attempt--;
        if (ending is Ending.RetryAt { Crash: true } or Ending.Failed { Crash: true }) job.Crashes++;
        switch (ending)
        {
            case Ending.Completed: End(job, JobState.Completed); break;
            case Ending.Failed: End(job, JobState.Failed); break;
            case Ending.Cancelled: End(job, JobState.Cancelled); break;
            case Ending.RetryAt retry: Wait(job, retry.At); break;
            case Ending.WaitUntil wait: Wait(job, wait.At); break;
            case Ending.Park park: Wait(job, job.RunAt, park.Reason); break;
            default: Wait(job, job.RunAt); break;
        }
        return true;
    }

    public int Rescue(int maxLosses, DateTimeOffset now)
    {
        var lost = jobs.Where(job => job.Lease is not null && job.LeaseEnds <= now).ToList();
        foreach (var job in lost)
        {
            job.Lease = null;
            job.Losses++;
            if (job.CancelRequested) End(job, JobState.Cancelled);
            else if (job.Losses > maxLosses) End(job, JobState.Failed);
            else Wait(job, job.RunAt);
        }
        return lost.Count;
    }

    public JobState Cancel(ModelJob job)
    {
        if (job.State == JobState.Pending) End(job, JobState.Cancelled);
        else if (job.State == JobState.Processing) job.CancelRequested = true;
        return job.State;
    }

    public JobState Retry(ModelJob job, DateTimeOffset now)
    {
        job.Parked = null;
        if (job.State is not (JobState.Failed or JobState.Cancelled)) return job.State;
        if (job.State == JobState.Failed) failed--;
        else cancelled--;
        (job.Attempt, job.Crashes, job.Losses, job.Entry) = (0, 0, 0, entries++);
        Wait(job, now);
        return JobState.Pending;
    }

    public int Unpark(string code)
    {
        var parked = jobs.Where(job => job.Parked?.Code == code).ToList();
        foreach (var job in parked) job.Parked = null;
        return parked.Count;
    }

    /// <summary>How many finished jobs go; which of equals does not matter to the ledger.</summary>
    public int Finished => jobs.Count(job => job.State.IsFinal());

    public void Remove(Func<ModelJob, bool> gone) => jobs.RemoveAll(job => gone(job));

    public QueueLedger Ledger() =>
        new(queue, accepted, completed, failed, cancelled, jobs.Count(job => job.State == JobState.Pending), jobs.Count(job => job.State == JobState.Processing))
        {
            Parked = jobs.Count(job => job.State == JobState.Pending && job.Parked is not null),
        };

    void Wait(ModelJob job, DateTimeOffset runAt, Parked? parked = null)
    {
        (job.State, job.RunAt, job.Parked, job.CancelRequested) = (JobState.Pending, runAt, parked, false);
    }

    void End(ModelJob job, JobState state)
    {
        (job.State, job.Parked, job.CancelRequested) = (state, null, false);
        if (state == JobState.Completed) completed++;
        else if (state == JobState.Failed) failed++;
        else cancelled++;
    }
}

public sealed class ModelJob
{
    public required Guid Id { get; init; }
    public required int Priority { get; init; }
    public int Entry { get; set; }
    public JobState State { get; set; }
    public required DateTimeOffset RunAt { get; set; }
    public Parked? Parked { get; set; }
    public long? Lease { get; set; }
    public DateTimeOffset LeaseEnds { get; set; }
    public bool CancelRequested { get; set; }
    public int Attempt { get; set; }
    public int Crashes { get; set; }
    public int Losses { get; set; }
}
