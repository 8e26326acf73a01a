using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Revela.App.Links;
using Revela.Core.Jobs;

namespace Revela.App.Api.Views;

/// <summary>A job as clients read it. Every field is always there; null where there is nothing yet.</summary>
public sealed record JobView
{
    public required Guid Id { get; init; }
    public required JobState State { get; init; }
    public required string Pipeline { get; init; }
    public required string Queue { get; init; }
    public required int Priority { get; init; }

    /// <summary>0–1.</summary>
    public required double Progress { get; init; }

    /// <summary>The operation that runs now.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Step { get; init; }
    public required int Attempt { get; init; }
    public required int MaxAttempts { get; init; }

    /// <summary>Deaths of the decoding child on this job.</summary>
    public required int Crashes { get; init; }

    /// <summary>Why the job waits for money, quota or a person.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Parked? Parked { get; init; }
    public required decimal CostUsd { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public JobError? Error { get; init; }
    public required IReadOnlyList<OutputView> Outputs { get; init; }

    /// <summary>What operations found out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public JsonObject? Data { get; init; }
    public required IReadOnlyList<StepView> Steps { get; init; }
    public required Guid AssetId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Guid? BatchId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset RunAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public DateTimeOffset? StartedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The job whose work this one shares, when an identical one was in flight or finished.</summary>
    public Guid? SharedWith { get; init; }
    public JsonObject? Metadata { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }
    public JobLinks? Links { get; init; }

    /// <param name="links">Null where there is no server to link to.</param>
    public static JobView Of(Job job, Linker? links) => new()
    {
        Id = job.Id,
        State = job.State,
        Pipeline = job.Pipeline.Name,
        Queue = job.Queue,
        Priority = job.Priority,
        Progress = job.Progress,
        Step = job.Step,
        Attempt = job.Attempt,
        MaxAttempts = job.Pipeline.MaxAttempts,
        Crashes = job.Crashes,
        Parked = job.Parked,
        CostUsd = job.CostUsd,
        Error = job.Error,
        Outputs = [.. job.Outputs.Select(output => OutputView.Of(output, links))],
        Data = job.Data,
        Steps = [.. job.Steps.Select(step => new StepView(step.Op, step.Engine, step.State, step.StartedAt, step.FinishedAt, step.CostUsd))],
        AssetId = job.AssetId,
        BatchId = job.BatchId,
        CreatedAt = job.CreatedAt,
        RunAt = job.RunAt,
        StartedAt = job.StartedAt,
        FinishedAt = job.FinishedAt,
        SharedWith = job.SharedWith,
        Metadata = job.Metadata,
        Tags = job.Tags.Count == 0 ? null : job.Tags,
        Links = links is null ? null : JobLinks.Of(job, links),
    };
}

/// <summary>A picture that a job published.</summary>
/// <param name="Url">Signed; loads by itself until it expires.</param>
/// <param name="Name">The <c>as</c> of its step; absent for the last step's own picture.</param>
public sealed record OutputView(
    Guid AssetId, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Url, string ContentType, long Bytes, int Width, int Height, string? Name)
{
    public static OutputView Of(Output output, Linker? links) =>
        new(output.AssetId, links?.Content(output.AssetId), output.ContentType, output.Bytes, output.Width, output.Height, output.Name);
}

/// <summary>How one step went.</summary>
public sealed record StepView(string Op, string Engine, string State, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, decimal CostUsd);

/// <summary>Where to go from a job. <c>result</c> and <c>events</c> are signed; the others need a key.</summary>
public sealed record JobLinks(string Self, string Asset, string Events, string? Result, string? Cancel, string? Retry, string? Batch)
{
    public static JobLinks Of(Job job, Linker links) => new(
        links.Job(job.Id),
        links.Asset(job.AssetId),
        links.JobEvents(job.Id),
        job.State == JobState.Completed ? links.Result(job.Id) : null,
        job.State.IsFinal() ? null : links.Cancel(job.Id),
        job.State is JobState.Failed or JobState.Cancelled || job.Parked is not null ? links.Retry(job.Id) : null,
        job.BatchId is { } batch ? links.Batch(batch) : null);
}

/// <summary>Jobs submitted together.</summary>
/// <param name="EstimatedUsd">What outside services are reckoned to take for them; nothing for work that is shared.</param>
public sealed record BatchOfJobs(Guid BatchId, IReadOnlyList<JobView> Jobs, decimal EstimatedUsd);

/// <summary>A page of jobs, newest first.</summary>
/// <param name="Next">Cursor of the next page; null at the end.</param>
public sealed record JobPage(IReadOnlyList<JobView> Jobs, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);
