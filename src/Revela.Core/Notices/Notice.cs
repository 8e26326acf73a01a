using System.Text.Json.Nodes;
using Revela.Core.Jobs;

namespace Revela.Core.Notices;

/// <summary>Something that somebody is told, as data: the words are chosen when it is read.</summary>
/// <param name="Recipient">The person, or the key, that it is for.</param>
/// <param name="Kind">What words to use, such as <c>cutout.completed</c>.</param>
/// <param name="Data">What the words speak of, and where they lead.</param>
/// <param name="ReadAt">Null while it is unread.</param>
public sealed record Notice(long Number, Guid Id, string Tenant, Guid Recipient, string Kind, JsonObject? Data, DateTimeOffset CreatedAt, DateTimeOffset? ReadAt)
{
    /// <summary>How long notices are kept, read or not.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromDays(90);
}

/// <summary>
/// A promise to tell somebody how a job, or the last job of a batch, ends. It is kept before the job is submitted, so that no crash between the two
/// forgets it; one whose job never came is dropped after a week.
/// </summary>
/// <param name="JobId">The job, or the batch.</param>
/// <param name="Kind">Becomes the notice's kind with the job's last state behind it.</param>
public sealed record Watch(Guid JobId, string Tenant, Guid Recipient, string Kind, JsonObject? Data, DateTimeOffset MadeAt)
{
    public static readonly TimeSpan KeepFor = TimeSpan.FromDays(7);

    /// <summary>The notice's kind when the job has ended so.</summary>
    public string KindOf(JobState state) => $"{Kind}.{state.ToString().ToLowerInvariant()}";

    /// <summary>The notice's kind when the batch has ended so: <c>failed</c> unless every job completed.</summary>
    public string KindOf(Batch batch) => KindOf(batch.Completed == batch.Total ? JobState.Completed : JobState.Failed);

    /// <summary>The notice's data: the watch's own, with the batch's counters.</summary>
    public JsonObject DataOf(Batch batch)
    {
        var data = (JsonObject?)Data?.DeepClone() ?? [];
        (data["total"], data["completed"], data["failed"], data["cancelled"]) = (batch.Total, batch.Completed, batch.Failed, batch.Cancelled);
        return data;
    }

    /// <summary>The notice's data: the watch's own, with the reason of a failure.</summary>
    public JsonObject? DataOf(JobError? error)
    {
        if (error is null) return Data;
        var data = (JsonObject?)Data?.DeepClone() ?? [];
        data["error"] = error.Code;
        return data;
    }
}

public sealed record NoticeQuery(string Tenant, Guid Recipient, bool UnreadOnly, string? Cursor, int Limit);

public interface INoticeStore
{
    Task Add(Watch watch, CancellationToken cancel);

    /// <summary>Makes notices of the watches whose jobs or batches have ended; each exactly once, however many ask at the same time. How many. Drops what is too old.</summary>
    Task<int> Tell(CancellationToken cancel);

    /// <summary>Newest first.</summary>
    Task<Page<Notice>> List(NoticeQuery query, CancellationToken cancel);

    /// <summary>Those behind a number, oldest first: for whoever follows them.</summary>
    Task<IReadOnlyList<Notice>> After(Guid recipient, long number, int limit, CancellationToken cancel);

    /// <summary>Those of everybody behind a number, oldest first: for whoever passes them on.</summary>
    Task<IReadOnlyList<Notice>> Since(long number, int limit, CancellationToken cancel);

    /// <summary>The newest number; 0 when there was none yet.</summary>
    Task<long> LastNumber(Guid recipient, CancellationToken cancel);

    Task<long> Unread(Guid recipient, CancellationToken cancel);

    /// <summary>Marks one, or all for null, as read. False when it is not the recipient's; reading again changes nothing.</summary>
    Task<bool> Read(Guid recipient, Guid? id, CancellationToken cancel);
}
