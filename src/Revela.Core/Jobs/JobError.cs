namespace Revela.Core.Jobs;

/// <summary>An expected failure as data.</summary>
/// <param name="Code">Stable, lower-case, hyphenated: see <see cref="ErrorCodes"/>.</param>
/// <param name="Message">One sentence for a person; never a secret, a path or a stack.</param>
/// <param name="Retryable">Whether the same request may succeed later without being changed.</param>
public sealed record JobError(string Code, string Message, bool Retryable)
{
    public static JobError InputGone { get; } = new(ErrorCodes.InputGone, "The image was deleted before it could be developed.", false);
}

/// <summary>Every code that a client may meet. A code is never renamed and never reused.</summary>
public static class ErrorCodes
{
    // The input.
    public const string UnsupportedFormat = "unsupported-format";
    public const string BrokenImage = "broken-image";
    public const string EmptyInput = "empty-input";
    public const string TooLarge = "too-large";
    public const string TooManyPixels = "too-many-pixels";
    public const string TooManyFrames = "too-many-frames";
    public const string OutputTooLarge = "output-too-large";
    public const string Quarantined = "quarantined";

    // The run.
    public const string Crashed = "crashed";
    public const string TimedOut = "timed-out";
    public const string Lost = "lost";
    public const string Cancelled = "cancelled";
    public const string InputGone = "input-gone";
    public const string OperationFailed = "operation-failed";
    public const string NoClearSubject = "no-clear-subject";
    public const string EngineUnavailable = "engine-unavailable";
    public const string ModelMissing = "model-missing";
    public const string ModelUnusable = "model-unusable";
    public const string Refused = "refused";
    public const string Misconfigured = "misconfigured";
    public const string ServiceFailed = "service-failed";
    public const string ServiceUnavailable = "service-unavailable";
    public const string Internal = "internal-error";
    public const string StorageUnavailable = "storage-unavailable";
    public const string StoreUnavailable = "store-unavailable";
    public const string ChildUnavailable = "child-unavailable";

    // The request.
    public const string InvalidRequest = "invalid-request";
    public const string InvalidOptions = "invalid-options";
    public const string UnknownOperation = "unknown-operation";
    public const string UnknownPipeline = "unknown-pipeline";
    public const string InvalidPipeline = "invalid-pipeline";
    public const string NotFound = "not-found";
    public const string MethodNotAllowed = "method-not-allowed";
    public const string UnsupportedMediaType = "unsupported-media-type";
    public const string NotFinished = "not-finished";
    public const string WrongState = "wrong-state";
    public const string StaleLease = "stale-lease";
    public const string HashMismatch = "hash-mismatch";
    public const string ChecksumMismatch = "checksum-mismatch";
    public const string WrongVersion = "wrong-version";
    public const string IdempotencyMismatch = "idempotency-mismatch";
    public const string Busy = "busy";
    public const string Unauthorized = "unauthorized";
    public const string Forbidden = "forbidden";
    public const string SignInRefused = "sign-in-refused";
    public const string WrongOrigin = "wrong-origin";
    public const string EmailTaken = "email-taken";
    public const string LinkExpired = "link-expired";
    public const string UrlNotAllowed = "url-not-allowed";
    public const string UrlUnreachable = "url-unreachable";
}
