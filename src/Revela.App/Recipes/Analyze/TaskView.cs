using System.Text.Json.Serialization;
using Revela.App.Links;
using Revela.Core.Jobs;

namespace Revela.App.Recipes.Analyze;

/// <summary>What an accepted upload is answered with.</summary>
public sealed record TaskAccepted(Guid TaskId, string Status);

/// <summary>A task as this recipe's clients read it: four states, and every field always there.</summary>
/// <param name="Status"><c>PENDING</c>, <c>PROCESSING</c>, <c>COMPLETED</c> or <c>FAILED</c>.</param>
/// <param name="ResultUrl">Signed; a plain image tag loads it.</param>
/// <param name="Code">The engine's stable code of the error; absent without one.</param>
public sealed record TaskView(
    Guid TaskId, string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? ResultUrl,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Error,
    string? Code, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static TaskView Of(Job job, Linker links)
    {
        var error = job.State is JobState.Failed or JobState.Cancelled
            ? job.Error ?? new JobError(ErrorCodes.Cancelled, "The task was cancelled.", false)
            : null;
        return new TaskView(
            job.Id, StatusOf(job.State), job.State == JobState.Completed ? links.Result(job.Id) : null,
            error?.Message, error?.Code, job.CreatedAt, job.FinishedAt ?? job.StartedAt ?? job.CreatedAt);
    }

    static string StatusOf(JobState state) => state switch
    {
        JobState.Pending => "PENDING",
        JobState.Processing => "PROCESSING",
        JobState.Completed => "COMPLETED",
        _ => "FAILED",
    };
}
