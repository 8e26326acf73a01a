using Revela.Core.Jobs;

namespace Revela.Imaging.Operations;

/// <summary>A step that cannot be done on this picture; ends the run with data, never leaves the runner.</summary>
sealed class StepException(string message, string code = ErrorCodes.OperationFailed) : Exception(message)
{
    public JobError Error { get; } = new(code, message, Retryable: false);
}
