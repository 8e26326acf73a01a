namespace Revela.App.Uploads;

/// <summary>How much may come in at once and wait. Beyond it callers are told to come back; nothing accepted is ever dropped.</summary>
public sealed record UploadOptions
{
    /// <summary>Requests with bytes that may be open at a time.</summary>
    public int InFlight { get; init; } = 1024;

    /// <summary>Whole request, all its files and fields.</summary>
    public long MaxRequestBytes { get; init; } = 2L * 1024 * 1024 * 1024;
    public int MaxFiles { get; init; } = 1000;

    /// <summary>One form field, or a whole JSON body.</summary>
    public int MaxFieldBytes { get; init; } = 256 * 1024;

    /// <summary>Jobs that may wait in the store.</summary>
    public long MaxWaitingJobs { get; init; } = 1_000_000;

    /// <summary>Bytes of originals whose jobs wait.</summary>
    public long MaxWaitingBytes { get; init; } = 10L * 1024 * 1024 * 1024;

    public IEnumerable<string> Mistakes()
    {
        if (InFlight < 1) yield return "uploads.in_flight must be at least 1.";
        if (MaxRequestBytes < 1) yield return "uploads.max_request_bytes must be above 0.";
        if (MaxFiles < 1) yield return "uploads.max_files must be at least 1.";
        if (MaxFieldBytes is < 1024 or > 16 * 1024 * 1024) yield return "uploads.max_field_bytes must be between 1 KiB and 16 MiB.";
        if (MaxWaitingJobs < 1 || MaxWaitingBytes < 1) yield return "uploads.max_waiting_jobs and max_waiting_bytes must be above 0.";
    }
}
