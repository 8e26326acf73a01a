using System.Text.Json.Serialization;

namespace Revela.App.Recipes.RacePhotos;

/// <summary>A photo that was taken in.</summary>
/// <param name="Url">Signed; a plain image tag loads it.</param>
/// <param name="ProcessingStatus"><c>pending</c>.</param>
public sealed record PhotoAccepted(Guid Id, string Url, [property: JsonPropertyName("processingStatus")] string ProcessingStatus);

/// <summary>How a photo stands.</summary>
/// <param name="Status"><c>pending</c>, <c>processing</c>, <c>completed</c> or <c>failed</c>; pending again while a retry waits.</param>
/// <param name="Error">Why it failed, or the last error while a retry waits.</param>
/// <param name="Code">The engine's stable code of the error; absent without one.</param>
public sealed record PhotoStatus(
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Error,
    [property: JsonPropertyName("isProcessed")] bool IsProcessed,
    [property: JsonPropertyName("processedAt"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? ProcessedAt,
    string? Code);

/// <summary>A photo with what was read on it; it outlives the job that read it.</summary>
/// <param name="Url">Signed; a plain image tag loads it. Null once the picture was deleted.</param>
/// <param name="Detections">Numbers that are asserted.</param>
/// <param name="Review">Readings that are not sure enough, for a person to decide; not for visitors.</param>
/// <param name="Rejected">What a person said is no number; absent when there is none.</param>
public sealed record PhotoView(
    Guid Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Url, string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Error,
    [property: JsonPropertyName("isProcessed")] bool IsProcessed,
    [property: JsonPropertyName("processedAt"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? ProcessedAt,
    string? Code, IReadOnlyList<Reading> Detections, IReadOnlyList<Reading>? Review, IReadOnlyList<Reading>? Rejected,
    [property: JsonPropertyName("createdAt")] DateTimeOffset CreatedAt);

/// <summary>A number read on a photo.</summary>
/// <param name="Confidence">0–1; 1 where a person decided.</param>
/// <param name="Box">Pixels of the upright photo.</param>
/// <param name="Name">Whose number it is, by the roster; not for visitors.</param>
/// <param name="Reason">Why it is doubtful.</param>
/// <param name="Read">What had been read where a person decided; not for visitors.</param>
public sealed record Reading(string Bib, double Confidence, Box Box, string? Name, string? Reason, DoubtfulReading? Read);

/// <summary>A reading as it was before a person decided it.</summary>
public sealed record DoubtfulReading(string Bib, double Confidence, string? Reason);

/// <summary>Pixels of the upright photo.</summary>
public sealed record Box(int X, int Y, int Width, int Height);

/// <summary>What a person says of a doubtful reading.</summary>
public sealed record DecisionBody
{
    /// <summary>As it was read.</summary>
    public required string Bib { get; init; }

    /// <summary>Where it was read.</summary>
    public required Box Box { get; init; }
    public required Ruling Decision { get; init; }

    /// <summary>What the number really is; only with <c>correct</c>.</summary>
    public string? Number { get; init; }
}

/// <summary>A page of photos, newest first.</summary>
/// <param name="Next">Cursor of the next page; null on the last.</param>
public sealed record PhotoPage(IReadOnlyList<PhotoView> Photos, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

/// <summary>The queue's ledger. Completed and failed count all that ever ended.</summary>
/// <param name="Waiting">Could begin now.</param>
/// <param name="Delayed">Wait for a time, such as that of their next attempt.</param>
public sealed record PhotoQueueStats(long Waiting, long Active, long Completed, long Failed, long Delayed);

/// <summary>One photo.</summary>
public sealed record PhotoForm
{
    public required IFormFile Photo { get; init; }
}

/// <summary>Photos.</summary>
public sealed record PhotosForm
{
    public required IReadOnlyList<IFormFile> Photos { get; init; }
}
