using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.App.Api.Jobs;

/// <summary>GET /api/v1/jobs/{id}/checkpoints/{step}: the picture that a finished step left, while its job has not completed.</summary>
public static class GetCheckpoint
{
    [EndpointSummary("Load the picture that a finished step left")]
    [EndpointDescription("Of a job that has not completed: kept behind the step with this index, so that no retry does it again. The events `job.checkpointed` tell the index as `step_index`. What a completed job made are its outputs.")]
    [Gives("image/jpeg", "image/png", "image/webp", "image/gif", "image/tiff", "image/avif", "image/heif")]
    [Refuses(404, 416)]
    public static async Task<IResult> Handle(Guid id, int step, HttpContext http, IJobStore jobs, IObjectStore objects, CancellationToken cancel)
    {
        var kept = (await jobs.ListCheckpoints(http.Tenant(), id, cancel)).FirstOrDefault(one => one.StepIndex == step) ?? throw Refusals.NotFound("checkpoint");
        return await Picture.Answer(http, objects, kept.Image, cancel);
    }
}
