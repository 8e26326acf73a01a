using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.Core.Flow;

/// <summary>
/// Runs one attempt at a job, group by group, and says how it ended. It writes to the store only checkpoints;
/// whatever happens becomes one <see cref="Ending"/>.
/// </summary>
public sealed class JobExecutor(
    IWorkSource work, IObjectStore objects, IOperations operations, IStepRunner runner, ImageLimits limits, WorkerOptions options, TimeProvider time, ILogger<JobExecutor> log)
{
    /// <returns>The last word on the attempt; null when the lease is gone and nothing may be said.</returns>
    public async Task<Settlement?> Run(RunningJob running)
    {
        var job = running.Claimed.Job;
        var steps = new List<StepRecord>();
        using var timeout = new CancellationTokenSource(job.Pipeline.AttemptTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(running.Stopping, timeout.Token);

        Ending? ending;
        try
        {
            ending = await Develop(running, steps, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            ending = running.Stopping.IsCancellationRequested ? Stopped(running) : Retry(job, TimedOut(job));
        }
        catch (OutageException e)
        {
            ending = WaitOut(running.Claimed, e.Error);
        }
        catch (Exception e)
        {
            Messages.Unexpected(log, e, job.Id);
            ending = Retry(job, new JobError(ErrorCodes.Internal, "Something went wrong inside Revela; the log has the details.", true));
        }

        if (ending is Ending.Failed failed) Messages.Failed(log, job.Id, failed.Error.Code, failed.Error.Message);
        return ending is null ? null : new Settlement(job.Id, running.Lease, ending, steps);
    }

    async Task<Ending?> Develop(RunningJob running, List<StepRecord> steps, CancellationToken cancel)
    {
        var (job, claimed) = (running.Claimed.Job, running.Claimed);
        if (claimed.Input is not { } input) return new Ending.Failed(InputGone);
        if (await work.FindQuarantine(job.Tenant, input.Sha256, cancel) is { } reason) return new Ending.Failed(Quarantined(reason));

        var plan = Plan.Of(job.Pipeline, operations);
        var original = new StoredImage(input.ObjectKey, input.ContentType, input.Bytes, input.Sha256, input.Width, input.Height, input.Frames);
        var images = new StoredImage[plan.Groups.Count];
        var outputs = new List<NewOutput>();
        JsonObject? data = null;

        for (var i = 0; i < plan.Groups.Count; i++)
        {
            var group = plan.Groups[i];
            if (claimed.Checkpoints.FirstOrDefault(kept => kept.StepIndex == group.Last) is { } checkpoint)
            {
                (images[i], data) = (checkpoint.Image, Merge(data, checkpoint.Data));
                steps.AddRange(checkpoint.Steps.Select(step => step with { State = "skipped" }));
            }
            else
            {
                var source = group.Source < 0 ? original : images[group.Source];
                var (image, found, refused) = await RunGroup(running, plan, group, source, steps, cancel);
                if (refused is not null) return refused;
                (images[i], data) = (image!, Merge(data, found));
                if (group.IsCheckpoint && !await Keep(running, group, image!, found, steps, cancel)) return null;
            }
            if (group.Publishes) outputs.Add(new NewOutput(Ids.New(time), group.Name, group.Last, images[i]));
        }
        return new Ending.Completed(outputs, data);
    }

    async Task<(StoredImage? Image, JsonObject? Data, Ending? Refused)> RunGroup(
        RunningJob running, Plan plan, StepGroup group, StoredImage source, List<StepRecord> steps, CancellationToken cancel)
    {
        var job = running.Claimed.Job;
        var began = time.GetUtcNow();
        using var input = await objects.Fetch(source.ObjectKey, cancel);
        if (input is null) return (null, null, new Ending.Failed(InputGone));

        var outputPath = Path.Combine(objects.Scratch, $"{job.Id:N}-{running.Lease}-{group.Last}");
        var run = new StepRun(group.Steps, input.Path, outputPath, source.ContentType, running.Claimed.Megabytes, limits, job.Metadata);
        running.Advance(Fraction(plan, group, 0), group.Steps[0].Op);
        var outcome = await runner.Run(run, new GroupProgress(running, plan, group), cancel);
        steps.AddRange(Records(group, outcome, began));

        if (outcome is not StepOutcome.Developed picture) return (null, null, Refused(running.Claimed, outcome));
        CrashPoints.Reach(CrashPoint.Developed);
        try
        {
            var key = ObjectKeys.Result(job.Id, running.Lease, group.Last, picture.ContentType);
            await objects.Put(key, picture.Path, picture.ContentType, cancel);
            CrashPoints.Reach(CrashPoint.ResultStored);
            return (new StoredImage(key, picture.ContentType, picture.Bytes, picture.Sha256, picture.Width, picture.Height, picture.Frames), picture.Data, null);
        }
        finally
        {
            File.Delete(picture.Path);
        }
    }

    async Task<bool> Keep(RunningJob running, StepGroup group, StoredImage image, JsonObject? data, List<StepRecord> steps, CancellationToken cancel)
    {
        var records = steps.TakeLast(group.Steps.Count).ToArray();
        var kept = await work.SaveCheckpoint(running.Id, running.Lease, new Checkpoint(group.Last, image, records, data), cancel);
        if (kept) CrashPoints.Reach(CrashPoint.Checkpointed);
        else Messages.Stale(log, running.Id, running.Lease);
        return kept;
    }

    IEnumerable<StepRecord> Records(StepGroup group, StepOutcome outcome, DateTimeOffset began)
    {
        var ended = time.GetUtcNow();
        var broke = outcome switch
        {
            StepOutcome.Failed failed => failed.Error.StepIndex,
            StepOutcome.Crashed crashed => crashed.Error.StepIndex,
            _ => group.Steps.Count,
        };
        return group.Steps.Take(broke + 1).Select((step, i) =>
            new StepRecord(step.Op, operations.EngineOf(step, outcome), i == broke ? "failed" : "completed", began, ended));
    }

    Ending Refused(ClaimedJob claimed, StepOutcome outcome)
    {
        if (outcome is not StepOutcome.Crashed crashed) return Retry(claimed.Job, ((StepOutcome.Failed)outcome).Error.Error);

        return claimed.Job.Crashes + 1 >= options.MaxCrashes
            ? new Ending.Failed(crashed.Error.Error with { Retryable = false }, Crash: true, claimed.Input!.Sha256)
            : new Ending.RetryAt(Later(claimed.Job), crashed.Error.Error, Crash: true);
    }

    // Crashes and losses have limits of their own and leave the tries of the run alone (law 7).
    Ending Retry(Job job, JobError error)
    {
        var tries = job.Attempt - job.Crashes - job.Losses;
        return error.Retryable && tries < job.Pipeline.MaxAttempts ? new Ending.RetryAt(Later(job), error) : new Ending.Failed(error);
    }

    Ending WaitOut(ClaimedJob claimed, JobError error)
    {
        var now = time.GetUtcNow();
        var since = claimed.OutageSince ?? now;
        var waited = now - since;
        if (waited >= claimed.Job.Pipeline.OutageDeadline) return new Ending.Failed(error);

        // Doubling what was waited gives 2, 4, 8 … up to half a minute: storage that is back is noticed soon.
        var wait = Math.Clamp(waited.TotalSeconds, 2, 30) * (1 + 0.1 * Random.Shared.NextDouble());
        return new Ending.WaitUntil(now + TimeSpan.FromSeconds(wait), error);
    }

    static Ending? Stopped(RunningJob running) => running.Reason switch
    {
        StopReason.LeaseLost => null,
        StopReason.CancelRequested => new Ending.Cancelled(),
        _ => new Ending.GivenBack(),
    };

    DateTimeOffset Later(Job job) => time.GetUtcNow() + job.Pipeline.Backoff.After(Math.Max(1, job.Attempt - job.Losses), Random.Shared.NextDouble());

    static double Fraction(Plan plan, StepGroup group, double inside)
    {
        var all = plan.Groups[^1].Last + 1;
        return (group.First + inside * group.Steps.Count) / all;
    }

    static JsonObject? Merge(JsonObject? known, JsonObject? found)
    {
        if (known is null || found is null) return known ?? found;
        foreach (var (name, value) in found) known[name] = value?.DeepClone();
        return known;
    }

    static JobError TimedOut(Job job) => new(ErrorCodes.TimedOut, $"The attempt took longer than {job.Pipeline.AttemptTimeout.TotalSeconds:0} s.", true);

    static JobError Quarantined(JobError reason) =>
        new(ErrorCodes.Quarantined, $"This image is refused since it has ended the decoder before ({reason.Code}): {reason.Message}", false);

    static JobError InputGone => new(ErrorCodes.InputGone, "The image was deleted before it could be developed.", false);

    sealed class GroupProgress(RunningJob running, Plan plan, StepGroup group) : IProgress<StepProgress>
    {
        public void Report(StepProgress value) =>
            running.Advance(Fraction(plan, group, value.Fraction), group.Steps[Math.Clamp(value.StepIndex, 0, group.Steps.Count - 1)].Op);
    }
}
