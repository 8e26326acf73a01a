using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Events;
using Revela.Core.Jobs;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>
/// Ends jobs for good: ending, counters, batch, item, pictures and event, and then the jobs that follow them.
/// A job has left the line and its lease before it comes here, and its work is locked.
/// </summary>
/// <param name="followers">Those who wait for these jobs, by leader and in the order in which they would run; locked.</param>
sealed class Finishing(Transaction tx, Works works, ILookup<long, Waiting> followers)
{
    /// <summary>What these jobs write on their items; to be written before the commit.</summary>
    public ItemWrites Items { get; } = new(tx);

    public void Complete(JobHead job, Carried carried, Result result)
    {
        foreach (var output in result.Outputs) tx.Changes.Add(Picture(job, output));
        if (result.Likeness is { } likeness) tx.Changes.NoteLikeness(job.Asset, likeness);
        var outputs = result.Outputs.Select(o => new Output(o.AssetId, o.Name, o.Image.ContentType, o.Image.Bytes, o.Image.Width, o.Image.Height)).ToArray();
        tx.Changes.End(new EndingRow(job, JobState.Completed, tx.Now, carried with { Error = null }, 1, RowJson.WriteList(outputs), result.Data, result.SharedWith));
        if (result.SharedWith is null && !carried.Alone) works.StandFor(job);
        Items.End(job, JobState.Completed, null, outputs.Length > 0 ? outputs[^1].AssetId : null, result.Data);
        tx.Changes.Tell(EventTypes.Completed, job);
        if (job.Work is null || result.SharedWith is not null) return;
        foreach (var follower in Leaving(job)) Complete(follower.Job, follower.Carried, result.For(tx.Time, job.Id));
    }

    public void Fail(JobHead job, Carried carried, JobError error, double progress = 0, Guid? sharedWith = null)
    {
        var reason = RowJson.Write(error);
        tx.Changes.End(new EndingRow(job, JobState.Failed, tx.Now, carried with { Error = reason }, progress, SharedWith: sharedWith));
        Items.End(job, JobState.Failed, reason);
        tx.Changes.Tell(EventTypes.Failed, job, RowJson.WriteObject(Telling.Error(error)));
        if (job.Work is null || sharedWith is not null) return;
        foreach (var follower in Leaving(job)) Fail(follower.Job, follower.Carried, error, 0, job.Id);
    }

    public void Cancel(JobHead job, Carried carried, double progress = 0, Guid? sharedWith = null)
    {
        tx.Changes.End(new EndingRow(job, JobState.Cancelled, tx.Now, carried, progress, SharedWith: sharedWith));
        Items.End(job, JobState.Cancelled, null);
        tx.Changes.Tell(EventTypes.Cancelled, job);
        if (job.Work is not null && sharedWith is null) Promote(job);
    }

    IEnumerable<Waiting> Leaving(JobHead leader)
    {
        foreach (var follower in followers[leader.Seq])
        {
            tx.Changes.Leave(follower);
            yield return follower;
        }
    }

    // The leader was taken away: its first follower runs in its place, and the rest follow that one.
    void Promote(JobHead leader)
    {
        if (followers[leader.Seq].FirstOrDefault() is not { } first) return;
        tx.Changes.Leave(first);
        tx.Changes.Wait(Waiting.InLine(first.Job, first.Carried, tx.Now));
        tx.Changes.TellWaiting(first.Job, "promoted", first.Carried);
        works.StandFor(first.Job);
        tx.Changes.First(Sql.Of("UPDATE revela.ready SET follows = $1 WHERE follows = $2").Bind(first.Job.Seq).Bind(leader.Seq));
    }

    Asset Picture(JobHead job, NewOutput output) => new()
    {
        Id = output.AssetId,
        Tenant = job.Tenant,
        ObjectKey = output.Image.ObjectKey,
        ContentType = output.Image.ContentType,
        Bytes = output.Image.Bytes,
        Sha256 = output.Image.Sha256,
        Width = output.Image.Width,
        Height = output.Image.Height,
        Frames = output.Image.Frames,
        ParentId = job.Asset,
        JobId = job.Id,
        StepIndex = output.StepIndex,
        Name = output.Name,
        CreatedAt = tx.Now,
    };
}

/// <summary>What a completed job shows.</summary>
/// <param name="Data">JSON.</param>
/// <param name="Likeness">Of its input.</param>
/// <param name="SharedWith">The job whose work it was, when not its own.</param>
sealed record Result(IReadOnlyList<NewOutput> Outputs, string? Data, Likeness? Likeness, Guid? SharedWith = null)
{
    /// <summary>The same for a job that shares it: pictures of its own over the same bytes.</summary>
    public Result For(TimeProvider time, Guid leader) => new([.. Outputs.Select(output => output with { AssetId = Ids.New(time) })], Data, Likeness, leader);
}
