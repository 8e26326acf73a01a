using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Revela.App.Links;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Api.Work;

/// <summary>What a claim is answered with.</summary>
/// <param name="NextDueSeconds">Where there are no jobs: in how many seconds time alone may bring one (schedule, retry, rate, gap); null if it will not.</param>
public sealed record ClaimView(IReadOnlyList<AssignmentView> Jobs, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? NextDueSeconds);

/// <summary>A job in a far worker's hands: all that is needed to do it, and nothing else of it.</summary>
public sealed record AssignmentView
{
    public required Guid JobId { get; init; }

    /// <summary>Proves that the job is this worker's. Stands in the address of all that is said about it.</summary>
    public required long Lease { get; init; }
    public required int Attempt { get; init; }
    public required string Queue { get; init; }
    public required string Pipeline { get; init; }

    /// <summary>Limit of this attempt; beyond it, fail it as <c>timed-out</c>.</summary>
    public required double TimeoutSeconds { get; init; }

    /// <summary>Memory that the job was admitted with.</summary>
    public required int Megabytes { get; init; }
    public required PictureView Input { get; init; }

    /// <summary>What is to be done, in order.</summary>
    public required IReadOnlyList<GroupView> Groups { get; init; }

    /// <summary>Groups that earlier attempts have finished: never to be done again.</summary>
    public required IReadOnlyList<KeptView> Checkpoints { get; init; }

    /// <summary>The submitter's, for operations that print it.</summary>
    public JsonObject? Metadata { get; init; }

    /// <param name="claimed">With its input.</param>
    public static AssignmentView Of(ClaimedJob claimed, Plan plan)
    {
        var root = $"{Linker.Root}/work/jobs/{claimed.Job.Id:D}/{claimed.Lease}";
        var input = claimed.Input!;
        return new AssignmentView
        {
            JobId = claimed.Job.Id,
            Lease = claimed.Lease,
            Attempt = claimed.Job.Attempt,
            Queue = claimed.Job.Queue,
            Pipeline = claimed.Job.Pipeline.Name,
            TimeoutSeconds = claimed.Job.Pipeline.AttemptTimeout.TotalSeconds,
            Megabytes = claimed.Megabytes,
            Input = new PictureView($"{root}/input", input.ContentType, input.Bytes, input.Sha256, input.Width, input.Height, input.Frames),
            Groups = [.. plan.Groups.Select(group => GroupView.Of(group, plan))],
            Checkpoints = [.. claimed.Checkpoints.Select(kept => KeptView.Of(kept, root))],
            Metadata = claimed.Job.Metadata,
        };
    }
}

/// <summary>A picture to read.</summary>
/// <param name="Url">A path of this server.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Width">As displayed, EXIF orientation applied.</param>
public sealed record PictureView(string Url, string ContentType, long Bytes, string Sha256, int Width, int Height, int Frames);

/// <summary>Steps that are done as one: one picture is read, one is written.</summary>
/// <param name="StepIndex">Index of its last step in the pipeline: its name in every address.</param>
/// <param name="Steps">Each with its <c>op</c> and its options beside it.</param>
/// <param name="Source">The group whose picture it reads; null for the job's input.</param>
/// <param name="IsCheckpoint">Its picture is to be kept as a checkpoint before the next group begins.</param>
/// <param name="Publishes">Its picture is a result of the job.</param>
public sealed record GroupView(
    int StepIndex, IReadOnlyList<JsonObject> Steps, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Source, bool IsCheckpoint, bool Publishes)
{
    public static GroupView Of(StepGroup group, Plan plan) => new(
        group.Last, [.. group.Steps.Select(StepJson.Write)], group.Source < 0 ? null : plan.Groups[group.Source].Last, group.IsCheckpoint, group.Publishes);
}

/// <summary>A finished checkpoint.</summary>
/// <param name="Steps">As they went; to be reported again, as <c>skipped</c>.</param>
public sealed record KeptView(int StepIndex, PictureView Picture, IReadOnlyList<StepBody> Steps, JsonObject? Data)
{
    public static KeptView Of(Checkpoint kept, string root)
    {
        var image = kept.Image;
        var picture = new PictureView($"{root}/checkpoints/{kept.StepIndex}", image.ContentType, image.Bytes, image.Sha256, image.Width, image.Height, image.Frames);
        return new KeptView(kept.StepIndex, picture, [.. kept.Steps.Select(step => new StepBody(step.Op, step.Engine, step.State, step.StartedAt, step.FinishedAt))], kept.Data);
    }
}

/// <summary>The server's word on an uploaded picture: what it is, told from its own bytes.</summary>
/// <param name="Receipt">To be handed in with the checkpoint or the completion. Only for this job, lease and step.</param>
public sealed record ReceiptView(string Receipt, string ContentType, long Bytes, string Sha256, int Width, int Height, int Frames);

/// <summary>What a renewal is answered with.</summary>
/// <param name="Orders">Jobs to stop at once; all others are renewed.</param>
public sealed record OrdersView(IReadOnlyList<OrderView> Orders);

/// <param name="Reason"><c>lease-lost</c>: forget the job, nothing said about it is kept. <c>cancel-requested</c>: a person cancelled it, give it back.</param>
public sealed record OrderView(Guid JobId, long Lease, StopReason Reason);

/// <summary>What has been rung since.</summary>
/// <param name="Seen">To be sent with the next question.</param>
/// <param name="Work">A claim may find something.</param>
/// <param name="Orders">A renewal may bring an order to stop.</param>
public sealed record BellView(string Seen, bool Work, bool Orders);
