using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.Core.Flow;

/// <summary>
/// Runs one attempt at a job, group by group, and says how it went. It writes only checkpoints;
/// whatever happens becomes one <see cref="AttemptOutcome"/>.
/// </summary>
public sealed class JobExecutor(
    IWorkbench bench, IOperations operations, IStepRunner runner, ImageLimits limits, TimeProvider time, ILogger<JobExecutor> log)
{
    /// <returns>The last word on the attempt; null when the lease is gone and nothing may be said.</returns>
    public async Task<AttemptReport?> Run(RunningJob running)
    {
        var job = running.Claimed.Job;
        var steps = new List<StepRecord>();
        using var timeout = new CancellationTokenSource(job.Pipeline.AttemptTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(running.Stopping, timeout.Token);

        AttemptOutcome? outcome;
        try
        {
            outcome = await Develop(running, steps, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            outcome = running.Stopping.IsCancellationRequested ? Stopped(running) : new AttemptOutcome.Erred(TimedOut(job));
        }
        catch (OutageException e)
        {
            outcome = new AttemptOutcome.HeldUp(e.Error);
        }
        catch (RevelaException e) when (e.Error.Code == ErrorCodes.StaleLease)
        {
            Messages.Stale(log, running.Id, running.Lease);
            outcome = null;
        }
        catch (RevelaException e)
        {
            outcome = new AttemptOutcome.Erred(e.Error);
        }
        catch (Exception e)
        {
            Messages.Unexpected(log, e, job.Id);
            outcome = new AttemptOutcome.Erred(new JobError(ErrorCodes.Internal, "Something went wrong inside Revela; the log has the details.", true));
        }
        return outcome is null ? null : new AttemptReport(running.Claimed, outcome, steps);
    }

    async Task<AttemptOutcome?> Develop(RunningJob running, List<StepRecord> steps, CancellationToken cancel)
    {
        var (job, claimed) = (running.Claimed.Job, running.Claimed);
        if (claimed.Input is not { } input) return new AttemptOutcome.Erred(JobError.InputGone);

        var plan = Plan.Of(job.Pipeline, operations);
        var original = new StoredImage(input.ObjectKey, input.ContentType, input.Bytes, input.Sha256, input.Width, input.Height, input.Frames);
        var images = new StoredImage?[plan.Groups.Count];
        var published = new List<MadeImage>();
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
                var source = group.Source < 0 ? original : images[group.Source]!;
                var (image, found, isPaid, refused) = await RunGroup(running, plan, group, source, steps, cancel);
                if (refused is not null) return refused;
                (images[i], data) = (image, Merge(data, found));
                if (group.IsCheckpoint && !await SaveCheckpoint(running, group, image!, found, steps, Keeping(isPaid, cancel))) return null;
            }
            if (group.Publishes) published.Add(new MadeImage(group.Last, images[i]!));
        }
        return new AttemptOutcome.Done(published, data);
    }

    // What was paid for is kept before anything else, also when the job shall stop (law 4).
    static CancellationToken Keeping(bool isPaid, CancellationToken cancel) => isPaid ? CancellationToken.None : cancel;

    async Task<(StoredImage? Image, JsonObject? Data, bool IsPaid, AttemptOutcome? Refused)> RunGroup(
        RunningJob running, Plan plan, StepGroup group, StoredImage source, List<StepRecord> steps, CancellationToken cancel)
    {
        var job = running.Claimed.Job;
        var began = time.GetUtcNow();
        using var input = await bench.Fetch(running.Claimed, source, cancel);
        var outputPath = Path.Combine(bench.Scratch, $"{job.Id:N}-{running.Lease}-{group.Last}");
        var run = new StepRun(group.Steps, input.Path, outputPath, source.ContentType, running.Claimed.Megabytes, limits, job.Metadata)
        {
            IsBetween = !group.Publishes,
            Ticket = new StepTicket(job.Tenant, job.Id, running.Lease, group.Last),
        };
        running.Advance(Fraction(plan, group, 0), group.Steps[0].Op);
        var outcome = await runner.Run(run, new GroupProgress(running, plan, group), cancel);
        steps.AddRange(Records(group, outcome, began));

        if (outcome is StepOutcome.Seen) return (null, outcome.Found, outcome.IsPaid, null);
        if (outcome is not StepOutcome.Developed picture) return (null, null, outcome.IsPaid, Refused(outcome));
        CrashPoints.Reach(CrashPoint.Developed);
        try
        {
            var image = await bench.Keep(running.Claimed, group.Last, picture, Keeping(picture.IsPaid, cancel));
            CrashPoints.Reach(CrashPoint.ResultStored);
            return (image, picture.Data, picture.IsPaid, null);
        }
        finally
        {
            File.Delete(picture.Path);
        }
    }

    async Task<bool> SaveCheckpoint(RunningJob running, StepGroup group, StoredImage image, JsonObject? data, List<StepRecord> steps, CancellationToken cancel)
    {
        var records = steps.TakeLast(group.Steps.Count).ToArray();
        var kept = await bench.SaveCheckpoint(running.Claimed, new Checkpoint(group.Last, image, records, data), cancel);
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
            StepOutcome.Halted => 0,
            _ => group.Steps.Count,
        };
        var end = outcome is StepOutcome.Halted ? "parked" : "failed";
        // Outside services are asked for one step at a time, so the first one's price is the group's.
        return group.Steps.Take(broke + 1).Select((step, i) =>
            new StepRecord(step.Op, operations.EngineOf(step, outcome), i == broke ? end : "completed", began, ended, i == 0 ? outcome.CostUsd : 0));
    }

    static AttemptOutcome Refused(StepOutcome outcome) => outcome switch
    {
        StepOutcome.Crashed crashed => new AttemptOutcome.Crashed(crashed.Error.Error),
        StepOutcome.Halted halted => new AttemptOutcome.Halted(halted.Why),
        StepOutcome.Failed failed => new AttemptOutcome.Erred(failed.Error.Error),
        _ => throw new ArgumentException($"A step that went as {outcome.GetType().Name} is no refusal.", nameof(outcome)),
    };

    static AttemptOutcome? Stopped(RunningJob running) => running.Reason == StopReason.LeaseLost ? null : new AttemptOutcome.Stopped();

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

    sealed class GroupProgress(RunningJob running, Plan plan, StepGroup group) : IProgress<StepProgress>
    {
        public void Report(StepProgress value) =>
            running.Advance(Fraction(plan, group, value.Fraction), group.Steps[Math.Clamp(value.StepIndex, 0, group.Steps.Count - 1)].Op);
    }
}
