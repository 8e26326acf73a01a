using System.Text.Json.Nodes;

namespace Revela.App.Api.OpenApi;

/// <summary>A request for jobs as JSON. Either <c>pipeline</c> or <c>steps</c>, and at least one <c>asset_id</c> or <c>url</c>.</summary>
public sealed record JobBody
{
    /// <summary>Name of a pipeline.</summary>
    public string? Pipeline { get; init; }

    /// <summary>Steps instead of a pipeline: an <c>op</c> and its options each.</summary>
    public IReadOnlyList<JsonObject>? Steps { get; init; }

    /// <summary>Higher runs first.</summary>
    public int? Priority { get; init; }

    /// <summary>Not before this time.</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>Name of the batch to make. Many files always make one.</summary>
    public string? Batch { get; init; }

    /// <summary>Whatever the caller wants to find again on the job.</summary>
    public JsonObject? Metadata { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Do the work even where an identical result exists.</summary>
    public bool? Fresh { get; init; }

    /// <summary>A repeat with the same key answers with the first one's jobs; the header <c>Idempotency-Key</c> does the same.</summary>
    public string? Idempotency { get; init; }

    /// <summary>Assets that were uploaded before, or uploads whose bytes have arrived.</summary>
    public IReadOnlyList<Guid>? AssetId { get; init; }

    /// <summary>Pictures to fetch, where hosts are allowed.</summary>
    public IReadOnlyList<string>? Url { get; init; }

    /// <summary>Told when each job has ended, signed like a webhook.</summary>
    public string? CallbackUrl { get; init; }
}

/// <summary>A request for jobs with files. Fields are those of the JSON body; <c>steps</c> and <c>metadata</c> are JSON in text.</summary>
public sealed record JobForm
{
    /// <summary>One image or many.</summary>
    public required IReadOnlyList<IFormFile> File { get; init; }
    public string? Pipeline { get; init; }

    /// <summary>JSON array of steps.</summary>
    public string? Steps { get; init; }
    public int? Priority { get; init; }
    public DateTimeOffset? RunAt { get; init; }
    public string? Batch { get; init; }

    /// <summary>JSON object.</summary>
    public string? Metadata { get; init; }

    /// <summary>With commas between them.</summary>
    public string? Tags { get; init; }
    public bool? Fresh { get; init; }
    public string? Idempotency { get; init; }

    /// <summary>Told when each job has ended, signed like a webhook.</summary>
    public string? CallbackUrl { get; init; }
}

/// <summary>A request for a batch: the fields of one for jobs, and besides</summary>
public sealed record BatchForm
{
    /// <summary>A zip of pictures.</summary>
    public IFormFile? Archive { get; init; }

    /// <summary>A CSV with a column <c>url</c>, <c>asset_id</c> or <c>input</c> and perhaps <c>name</c>, or one URL or id a line.</summary>
    public IFormFile? List { get; init; }
    public IReadOnlyList<IFormFile>? File { get; init; }
    public string? Pipeline { get; init; }

    /// <summary>JSON array of steps.</summary>
    public string? Steps { get; init; }

    /// <summary>Name of the batch.</summary>
    public string? Batch { get; init; }
    public int? Priority { get; init; }
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>JSON object.</summary>
    public string? Metadata { get; init; }

    /// <summary>With commas between them.</summary>
    public string? Tags { get; init; }
    public bool? Fresh { get; init; }
    public string? Idempotency { get; init; }
    public string? CallbackUrl { get; init; }
}

/// <summary>Files to keep.</summary>
public sealed record FilesForm
{
    /// <summary>One image or many.</summary>
    public required IReadOnlyList<IFormFile> File { get; init; }
}

/// <summary>A file to work on.</summary>
public sealed record FileForm
{
    public required IFormFile File { get; init; }
}

/// <summary>Pictures to fetch and keep.</summary>
public sealed record UrlBody
{
    public required IReadOnlyList<string> Url { get; init; }
}

/// <summary>A picture that will be sent straight to the storage.</summary>
public sealed record AnnounceBody
{
    /// <summary>Exactly what will be sent.</summary>
    public required long Bytes { get; init; }
}

/// <summary>How a picture that has been sent is kept.</summary>
public sealed record FinishBody
{
    /// <summary>For people.</summary>
    public string? FileName { get; init; }
}

/// <summary>An address that is told of events; of one that is there, what to change.</summary>
public sealed record WebhookBody
{
    /// <summary>http or https, of a public host.</summary>
    public string? Url { get; init; }
    public string? Description { get; init; }

    /// <summary>Types of events, such as <c>job.completed</c>; those of jobs that have ended when left out.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>False: nothing is sent.</summary>
    public bool? Enabled { get; init; }
}

/// <summary>What to erase: one or several of these.</summary>
public sealed record ErasureBody
{
    /// <summary>Pictures, with all that was made of them.</summary>
    public IReadOnlyList<Guid>? AssetId { get; init; }

    /// <summary>Every picture that a job with this tag read.</summary>
    public string? Tag { get; init; }

    /// <summary><c>collection/external_id</c>: the item, its picture, and what that was made of.</summary>
    public string? Item { get; init; }

    /// <summary>A person who signs in.</summary>
    public Guid? UserId { get; init; }

    /// <summary>Also every picture of the tenant with the same bytes.</summary>
    public bool? Copies { get; init; }
}

/// <summary>Settings to change; what is left out stays, null lifts a limit.</summary>
public sealed record QueueBody
{
    public bool? Paused { get; init; }
    public int? Concurrency { get; init; }
    public int? GlobalLimit { get; init; }
    public int? RateLimit { get; init; }
    public double? RatePeriodSeconds { get; init; }
    public double? MinGapSeconds { get; init; }
    public int? KeepCompleted { get; init; }
    public int? KeepFailed { get; init; }
    public double? KeepForSeconds { get; init; }
}

/// <summary>Which finished jobs to delete.</summary>
public sealed record CleanBody
{
    /// <summary>Only those that finished so long ago; 0 for all.</summary>
    public double? OlderThanSeconds { get; init; }

    /// <summary><c>completed</c>, <c>failed</c>, <c>cancelled</c>; all when left out.</summary>
    public IReadOnlyList<string>? States { get; init; }
}
