using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Api.Work;

/// <summary>What far workers send, read strictly: what is missing, unknown or out of bounds is refused before anything is done.</summary>
public static class WorkBodies
{
    const int MaxStepRecords = 200;
    const int MaxName = 100;
    const int MaxMessage = 1000;

    static readonly JsonSerializerOptions strict = new(RevelaJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="RevelaException"><c>invalid-request</c>, <c>unsupported-media-type</c> or <c>too-large</c>.</exception>
    public static async Task<T> Read<T>(HttpRequest request, UploadOptions limits, CancellationToken cancel)
    {
        var body = await UploadReader.ReadJson(request, limits.MaxFieldBytes, cancel);
        try
        {
            return body.Deserialize<T>(strict) ?? throw Refusals.Invalid("The body is empty.");
        }
        catch (JsonException e)
        {
            throw Refusals.Invalid($"The body does not fit at '{e.Path ?? "$"}': see the API's description.");
        }
    }

    /// <exception cref="RevelaException"><c>invalid-request</c>.</exception>
    public static void Require(bool holds, string otherwise)
    {
        if (!holds) throw Refusals.Invalid(otherwise);
    }

    public static bool IsName(string? text) => text is { Length: > 0 and <= MaxName } && !text.Any(char.IsControl);

    /// <summary>How long a far worker's lease may last: the same as any other's.</summary>
    public static TimeSpan Lease(double seconds)
    {
        Require(seconds is >= 15 and <= 30, "'lease_seconds' must be 15 to 30.");
        return TimeSpan.FromSeconds(seconds);
    }

    /// <summary>The timeline as it is kept: never longer than the job ran, and never with a price, since what costs money is done by the server.</summary>
    public static IReadOnlyList<StepRecord> Records(IReadOnlyList<StepBody>? steps, ClaimedJob held, DateTimeOffset now)
    {
        var least = held.Job.StartedAt ?? held.Job.CreatedAt;
        var all = steps ?? [];
        Require(all.Count <= MaxStepRecords, $"There may be at most {MaxStepRecords} steps.");
        Require(all.All(step => step is not null && held.Job.Pipeline.Steps.Any(known => known.Op == step.Op)), "'steps' names an operation that the pipeline does not have.");
        Require(all.All(step => IsName(step.Engine) && step.State is "completed" or "failed" or "skipped"), "A step has an 'engine', and a 'state' that is completed, failed or skipped.");
        return [.. all.Select(step => new StepRecord(step.Op, step.Engine, step.State, Within(step.StartedAt), Within(step.FinishedAt)))];

        DateTimeOffset Within(DateTimeOffset? time) => time is not { } at || at > now ? now : at < least ? least : at;
    }

    /// <summary>The error as a job may carry it.</summary>
    public static JobError Error(ErrorBody error)
    {
        Require(IsCode(error.Code), "'error.code' must be lower-case letters, digits and hyphens, at most 64.");
        Require(error.Message is { Length: > 0 and <= MaxMessage } && !error.Message.Any(char.IsControl), $"'error.message' must be one sentence of at most {MaxMessage} characters.");
        return new JobError(error.Code, error.Message, error.Retryable);
    }

    static bool IsCode(string code) => code is { Length: > 0 and <= 64 } && code.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-');
}

/// <summary>A far worker's wish for work.</summary>
public sealed record ClaimBody
{
    /// <summary>Names this worker among those of its key: another name at each start.</summary>
    public required string Worker { get; init; }

    /// <summary>What it has on offer: operations by name, and <c>operation:engine</c> where a step may name its engine.</summary>
    public required IReadOnlyList<string> Operations { get; init; }

    /// <summary>Only these queues; all when left out.</summary>
    public IReadOnlyList<string>? Queues { get; init; }

    /// <summary>Leases of the jobs that it knows it holds. What it holds besides was lost with an answer on its way, and is handed out again.</summary>
    public IReadOnlyList<long> Held { get; init; } = [];

    /// <summary>Jobs at a time of a queue that sets no concurrency of its own.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>At most so many jobs, 1–100.</summary>
    public int Max { get; init; } = 1;

    /// <summary>Memory that it has left for jobs. A worker that runs nothing gets its first job whatever its size.</summary>
    public int FreeMegabytes { get; init; } = int.MaxValue;

    /// <summary>All its memory for jobs, for people to see.</summary>
    public int Megabytes { get; init; }

    /// <summary>15–30: how long a job stays its own without a renewal.</summary>
    public double LeaseSeconds { get; init; } = 20;
}

/// <summary>Renews leases and tells how far their jobs are.</summary>
public sealed record RenewalBody
{
    public required string Worker { get; init; }
    public required IReadOnlyList<LeaseBody> Leases { get; init; }
    public double LeaseSeconds { get; init; } = 20;
}

/// <param name="Progress">0–1.</param>
/// <param name="Step">The operation that runs now.</param>
public sealed record LeaseBody(Guid JobId, long Lease, double Progress = 0, string? Step = null);

/// <summary>How a step went, for the job's timeline.</summary>
/// <param name="Engine">Who did it, with its version.</param>
/// <param name="State"><c>completed</c>, <c>failed</c> or <c>skipped</c> (its checkpoint was there).</param>
public sealed record StepBody(string Op, string Engine, string State, DateTimeOffset? StartedAt = null, DateTimeOffset? FinishedAt = null);

/// <summary>A finished checkpoint.</summary>
/// <param name="Receipt">What the upload of its picture was answered with.</param>
/// <param name="Data">What the steps found out, if they find out something.</param>
public sealed record CheckpointBody(string Receipt, IReadOnlyList<StepBody>? Steps = null, JsonObject? Data = null);

/// <summary>The end of a job whose every step is done.</summary>
/// <param name="Pictures">Those of the groups that publish; where a checkpoint was there it may be left out.</param>
/// <param name="Data">All that the steps found out, that of checkpoints included.</param>
public sealed record CompletionBody(IReadOnlyList<MadeBody> Pictures, IReadOnlyList<StepBody>? Steps = null, JsonObject? Data = null);

/// <param name="StepIndex">The group's.</param>
public sealed record MadeBody(int StepIndex, string Receipt);

/// <summary>Why an attempt came to nothing. What becomes of the job is decided by the server.</summary>
/// <param name="Kind"><c>error</c> when the run said no, <c>crash</c> when the process that decoded the picture died, <c>outage</c> when something outside is away, which counts no attempt.</param>
public sealed record FailureBody(ErrorBody Error, string Kind = "error", IReadOnlyList<StepBody>? Steps = null);

/// <param name="Code">One of docs/errors.md, or one of the worker's own.</param>
/// <param name="Message">One sentence for a person; never a secret, a path or a stack.</param>
/// <param name="Retryable">Whether another try may help.</param>
public sealed record ErrorBody(string Code, string Message, bool Retryable = false);
