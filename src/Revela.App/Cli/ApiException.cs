using System.Net;

namespace Revela.App.Cli;

/// <summary>The server said no, in the words of its problem answer.</summary>
sealed class ApiException(HttpStatusCode status, string code, string message, TimeSpan? retryAfter) : Exception($"{message} ({code})")
{
    public HttpStatusCode Status { get; } = status;
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
