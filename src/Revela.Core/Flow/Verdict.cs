using System.Text.Json.Nodes;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.Core.Flow;

/// <summary>
/// Says what becomes of a job whose attempt went so or so: who may try again, when, and what fails it.
/// It speaks on the side of the store, so that a far worker decides nothing but how its own run went.
/// </summary>
public sealed class Verdict(IOperations operations, WorkerOptions options, TimeProvider time)
{
    /// <exception cref="RevelaException"><c>invalid-request</c>: the images are not those that the pipeline publishes.</exception>
    public Ending On(ClaimedJob claimed, AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Done done => Completed(Plan.Of(claimed.Job.Pipeline, operations), done),
        AttemptOutcome.Erred erred => Retry(claimed.Job, erred.Error),
        AttemptOutcome.Crashed crashed => Crash(claimed, crashed.Error),
        AttemptOutcome.HeldUp away => WaitOut(claimed, away.Error),
        AttemptOutcome.Halted halted => new Ending.Park(halted.Why),
        AttemptOutcome.Stopped => new Ending.GivenBack(),
        _ => throw new ArgumentException($"An attempt cannot go as {outcome.GetType().Name}.", nameof(outcome)),
    };

    Ending.Completed Completed(Plan plan, AttemptOutcome.Done done) => new(Outputs(plan, done.Images), done.Data, LikenessOf(plan, done.Data));

    IReadOnlyList<NewOutput> Outputs(Plan plan, IReadOnlyList<MadeImage> images)
    {
        var published = plan.Groups.Where(group => group.Publishes).ToArray();
        if (!published.Select(group => group.Last).SequenceEqual(images.Select(made => made.StepIndex)))
            throw new RevelaException(ErrorCodes.InvalidRequest, $"The pictures of exactly these steps are to be published, in this order: {string.Join(", ", published.Select(group => group.Last))}.");
        return [.. published.Zip(images, (group, made) => new NewOutput(Ids.New(time), group.Name, made.StepIndex, made.Image))];
    }

    // The data tells of one picture: it is the input when the only step that tells is the first to touch the input.
    Likeness? LikenessOf(Plan plan, JsonObject? data)
    {
        if (plan.Groups.Sum(group => group.Steps.Count(Tells)) != 1) return null;
        if (!plan.Groups.Any(group => group.Source < 0 && Tells(group.Steps[0]))) return null;
        return Likeness.Read(data);

        bool Tells(Step step) => operations.Find(step.Op) is { TellsLikeness: true };
    }

    Ending Crash(ClaimedJob claimed, JobError error) => claimed.Job.Crashes + 1 >= options.MaxCrashes
        ? new Ending.Failed(error with { Retryable = false }, Crash: true, claimed.Input?.Sha256)
        : new Ending.RetryAt(Later(claimed.Job), error, Crash: true);

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

        // Doubling what was waited gives 2, 4, 8 … up to a quarter of a minute: what is back is noticed well within half of one.
        var wait = Math.Clamp(waited.TotalSeconds, 2, 15) * (1 + 0.1 * Random.Shared.NextDouble());
        return new Ending.WaitUntil(now + TimeSpan.FromSeconds(wait), error);
    }

    DateTimeOffset Later(Job job) => time.GetUtcNow() + job.Pipeline.Backoff.After(Math.Max(1, job.Attempt - job.Losses), Random.Shared.NextDouble());
}
