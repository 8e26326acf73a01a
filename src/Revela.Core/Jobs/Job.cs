using System.Text.Json.Nodes;
using Revela.Core.Pipelines;

namespace Revela.Core.Jobs;

/// <summary>One run of a pipeline on one asset, as it reads at a moment.</summary>
public sealed record Job
{
    public required Guid Id { get; init; }

    /// <summary>Grows with every job of the store; never reused.</summary>
    public required long Seq { get; init; }
    public required string Tenant { get; init; }
    public required string Queue { get; init; }

    /// <summary>The snapshot that this job runs, whatever happens to the pipeline of that name later.</summary>
    public required Pipeline Pipeline { get; init; }
    public required JobState State { get; init; }
    public required Guid AssetId { get; init; }
    public int Priority { get; init; }
    public Guid? BatchId { get; init; }
    public Guid? ItemId { get; init; }
    public JsonObject? Metadata { get; init; }
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Progress of the running attempt, 0–1; 1 once completed.</summary>
    public double Progress { get; init; }

    /// <summary>The operation that runs now, while processing.</summary>
    public string? Step { get; init; }

    /// <summary>Tries begun, given-back and waited-out ones not counted.</summary>
    public int Attempt { get; init; }

    /// <summary>Deaths of the decoding child on this job.</summary>
    public int Crashes { get; init; }

    /// <summary>Deaths of whole workers while they held this job.</summary>
    public int Losses { get; init; }

    /// <summary>Why the job waits for money, quota or a person; null when it does not.</summary>
    public Parked? Parked { get; init; }

    /// <summary>The last error; of a completed job null.</summary>
    public JobError? Error { get; init; }
    public IReadOnlyList<Output> Outputs { get; init; } = [];

    /// <summary>What operations found out (bibs, dimensions, colours …), merged over the steps.</summary>
    public JsonObject? Data { get; init; }
    public IReadOnlyList<StepRecord> Steps { get; init; } = [];
    public decimal CostUsd { get; init; }

    /// <summary>The job whose work this one shares: it was in flight (joined) or finished (reused) at submission.</summary>
    public Guid? SharedWith { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset RunAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>A picture that a job published.</summary>
/// <param name="Name">The <c>as</c> of its step; null for the last step's unnamed output.</param>
public sealed record Output(Guid AssetId, string? Name, string ContentType, long Bytes, int Width, int Height);

/// <summary>Why a pending job waits for money, quota or a person, and until when, if time alone can free it.</summary>
public sealed record Parked(string Code, string Detail, DateTimeOffset? Until = null);

/// <summary>Why jobs are parked; stable like <see cref="ErrorCodes"/>.</summary>
public static class ParkCodes
{
    /// <summary>A service takes no more calls for now; frees itself.</summary>
    public const string RateLimited = "rate-limited";

    /// <summary>What may be asked of a service in a day is used up; frees itself.</summary>
    public const string Quota = "quota";

    /// <summary>A service wants money; tried again from time to time.</summary>
    public const string OutOfCredit = "out-of-credit";

    /// <summary>A budget is spent; frees itself when the next day or month begins, or when the budget is changed.</summary>
    public const string Budget = "budget";

    /// <summary>A paid call went out and gave no answer; waits for a person.</summary>
    public const string PossiblyPaid = "possibly-paid";

    /// <summary>Those that somebody must look at first.</summary>
    public static readonly IReadOnlyList<string> All = [PossiblyPaid, OutOfCredit, Budget, Quota, RateLimited];
}

/// <summary>How one step went, for the job's timeline.</summary>
/// <param name="State"><c>completed</c>, <c>failed</c>, <c>parked</c> or <c>skipped</c> (its checkpoint was there).</param>
public sealed record StepRecord(string Op, string Engine, string State, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, decimal CostUsd = 0);

/// <summary>Jobs submitted together.</summary>
/// <param name="CostUsd">Of the jobs that have ended.</param>
public sealed record Batch(Guid Id, string Tenant, string? Name, DateTimeOffset CreatedAt, int Total, int Completed, int Failed, int Cancelled, decimal CostUsd)
{
    public int Open => Total - Completed - Failed - Cancelled;

    public double Progress => Total == 0 ? 1 : (double)(Total - Open) / Total;

    /// <summary>Until the rest may have ended, at the pace so far; null before the first has, and when all have.</summary>
    public TimeSpan? Left(DateTimeOffset now) => Open == 0 || Open == Total ? null : (now - CreatedAt) / (Total - Open) * Open;
}
