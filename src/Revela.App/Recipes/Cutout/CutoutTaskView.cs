using System.Text.Json.Serialization;
using Revela.App.Links;
using Revela.App.Notifications;
using Revela.Core.Jobs;

namespace Revela.App.Recipes.Cutout;

/// <summary>A cutout's task as its clients read it; every field is always there, but for the engine's code of an error.</summary>
/// <param name="Status"><c>PENDING</c>, <c>PROGRESS</c>, <c>SUCCESS</c> or <c>FAILURE</c>.</param>
/// <param name="Progress">0–100.</param>
/// <param name="Error">In words for a person.</param>
/// <param name="Code">Stable; absent without an error.</param>
/// <param name="Engine">Who made the cutout; absent until it is made.</param>
public sealed record CutoutTaskView(
    Guid TaskId, string Status, int Progress,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] CutoutResult? Result,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Error,
    string? Code, string? Engine)
{
    public static CutoutTaskView Of(Job job, Linker links)
    {
        var code = job.State switch
        {
            JobState.Failed => job.Error?.Code ?? ErrorCodes.Internal,
            JobState.Cancelled => ErrorCodes.Cancelled,
            _ => null,
        };
        return new CutoutTaskView(
            job.Id, StatusOf(job.State), (int)Math.Round(100 * job.Progress), ResultOf(job, links),
            code is null ? null : Words.Reason(Words.Spanish, code), code, job.Data?["cutout"]?["engine"]?.ToString());
    }

    static CutoutResult? ResultOf(Job job, Linker links) =>
        job is { State: JobState.Completed, Outputs: [.., { } last] } ? new CutoutResult(Guid.Parse(job.Metadata!["image_uuid"]!.ToString()), links.Content(last.AssetId)) : null;

    static string StatusOf(JobState state) => state switch
    {
        JobState.Pending => "PENDING",
        JobState.Processing => "PROGRESS",
        JobState.Completed => "SUCCESS",
        _ => "FAILURE",
    };
}

/// <param name="ImageUuid">The new image.</param>
/// <param name="Url">Signed; a plain image tag loads it.</param>
public sealed record CutoutResult(Guid ImageUuid, string Url);
