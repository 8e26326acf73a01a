using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Events;
using Revela.Core.Jobs;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>
/// Ends a job for good: its ending, counters, batch, item, pictures and event, and then the jobs that follow it.
/// The job has left the line and its lease before it comes here.
/// </summary>
static class Finishing
{
    public static void Complete(WriteTransaction tx, in JobHead job, in Carried carried, Result result)
    {
        foreach (var output in result.Outputs) AssetRows.Add(tx, Picture(tx, job, output));
        if (result.Likeness is { } likeness) AssetRows.NoteLikeness(tx, job.AssetId, likeness);
        var outputs = result.Outputs.Select(o => new Output(o.AssetId, o.Name, o.Image.ContentType, o.Image.Bytes, o.Image.Width, o.Image.Height)).ToList();
        EndingRows.Add(tx, job, carried with { Error = null }, JobState.Completed, 1, RowJson.WriteList(outputs), result.Data, result.SharedWith);
        if (result.SharedWith is null) Work.StandFor(tx, job);
        ItemRows.End(tx, job, JobState.Completed, null);
        ItemRows.Show(tx, job, outputs.Count > 0 ? outputs[^1].AssetId : null, result.Data);
        EventRows.Add(tx, EventTypes.Completed, job);
        if (job.Work is not null && result.SharedWith is null) CompleteFollowers(tx, job, result);
    }

    public static void Fail(WriteTransaction tx, in JobHead job, in Carried carried, JobError error, double progress = 0, Guid? sharedWith = null)
    {
        var reason = RowJson.Write(error);
        EndingRows.Add(tx, job, carried with { Error = reason }, JobState.Failed, progress, null, null, sharedWith);
        ItemRows.End(tx, job, JobState.Failed, reason);
        EventRows.Add(tx, EventTypes.Failed, job, RowJson.WriteObject(EventRows.Error(error)));
        if (job.Work is null || sharedWith is not null) return;
        foreach (var seq in Followers.Of(tx.Db, job.Seq))
        {
            var follower = JobHead.Get(tx.Db, seq);
            if (ReadyRows.Take(tx, follower) is { } row) Fail(tx, follower, row.Carried, error, 0, job.Id);
        }
    }

    public static void Cancel(WriteTransaction tx, in JobHead job, in Carried carried, double progress = 0, Guid? sharedWith = null)
    {
        EndingRows.Add(tx, job, carried, JobState.Cancelled, progress, null, null, sharedWith);
        ItemRows.End(tx, job, JobState.Cancelled, null);
        EventRows.Add(tx, EventTypes.Cancelled, job);
        if (job.Work is not null && sharedWith is null) Followers.Promote(tx, job);
    }

    static void CompleteFollowers(WriteTransaction tx, in JobHead leader, Result result)
    {
        foreach (var seq in Followers.Of(tx.Db, leader.Seq))
        {
            var follower = JobHead.Get(tx.Db, seq);
            if (ReadyRows.Take(tx, follower) is { } row) Complete(tx, follower, row.Carried, result.For(tx.Time, leader.Id));
        }
    }

    static Asset Picture(WriteTransaction tx, in JobHead job, NewOutput output) => new()
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
        ParentId = job.AssetId,
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
