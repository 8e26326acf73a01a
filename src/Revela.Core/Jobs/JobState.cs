namespace Revela.Core.Jobs;

/// <summary>
/// Where a job stands. A pending job whose <c>run_at</c> lies ahead counts as delayed; one that waits for money,
/// quota or a person is pending and parked.
/// </summary>
public enum JobState
{
    Pending,
    Processing,
    Completed,
    Failed,
    Cancelled,
}

public static class JobStates
{
    public static bool IsFinal(this JobState state) => state is JobState.Completed or JobState.Failed or JobState.Cancelled;
}
