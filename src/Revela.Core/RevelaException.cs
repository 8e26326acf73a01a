using Revela.Core.Jobs;

namespace Revela.Core;

/// <summary>
/// A request that cannot be done as asked, on its way to a door, which answers it as RFC 9457.
/// Inside a worker failure is data (<see cref="Ending"/>), never this.
/// </summary>
public sealed class RevelaException(JobError error) : Exception(error.Message)
{
    public RevelaException(string code, string message, bool retryable = false) : this(new JobError(code, message, retryable)) { }

    public JobError Error { get; } = error;

    /// <summary>How long a caller should wait before it tries again, for refusals that pass by themselves.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>
/// The store, the object storage or the network is away. It says nothing about the image:
/// the job waits with back-off and no attempt is counted (law 7).
/// </summary>
public sealed class OutageException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public JobError Error { get; } = new(code, message, Retryable: true);

    /// <summary>Whether it is there and says no, as to a wrong password: waiting mends that only when somebody changes it there.</summary>
    public bool IsRefusal { get; init; }
}
