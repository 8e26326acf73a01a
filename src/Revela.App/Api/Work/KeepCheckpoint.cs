using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Uploads;
using Revela.Core.Flow;
using Revela.Core.Jobs;

namespace Revela.App.Api.Work;

/// <summary>PUT /api/v1/work/jobs/{id}/{lease}/checkpoints/{step}: a group that shall never be done again (law 4).</summary>
public static class KeepCheckpoint
{
    [EndpointSummary("Keep a checkpoint")]
    [EndpointDescription("To be called after the upload of each group with `is_checkpoint`, before the next group begins. May be repeated.")]
    [Takes(typeof(CheckpointBody), "application/json")]
    [Refuses(400, 404, 409, 413, 415, 503)]
    public static async Task<NoContent> Handle(Guid id, long lease, int step, HttpContext http, HeldWork work, Receipts receipts, UploadOptions limits, CancellationToken cancel)
    {
        var body = await WorkBodies.Read<CheckpointBody>(http.Request, limits, cancel);
        var held = await work.GetFor(StaleWrites.Checkpoint, http, id, lease, cancel);
        if (!work.Group(held, step).IsCheckpoint) throw Refusals.NotFound("checkpoint");
        var image = receipts.Read(body.Receipt, id, lease, step);
        return await work.SaveCheckpoint(held, new Checkpoint(step, image, WorkBodies.Records(body.Steps, held, work.Now), body.Data), cancel);
    }
}
