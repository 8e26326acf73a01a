using Revela.App.Api.OpenApi;

namespace Revela.App.Api.Work;

/// <summary>GET /api/v1/work/jobs/{id}/{lease}/checkpoints/{step}: the picture of a finished checkpoint.</summary>
public static class FetchCheckpoint
{
    [EndpointSummary("Load a held job's checkpoint")]
    [EndpointDescription("Also one that was kept under this lease. Ranges, entity tags and `direct` work as with the input.")]
    [Gives("image/jpeg", "image/png", "image/webp", "image/gif", "image/tiff", "image/avif", "image/heif")]
    [Refuses(404, 409, 416, 422, 503)]
    public static async Task<IResult> Handle(Guid id, long lease, int step, bool? direct, HttpContext http, HeldWork work, CancellationToken cancel)
    {
        var held = await work.Get(http, id, lease, cancel);
        var kept = held.Checkpoints.FirstOrDefault(kept => kept.StepIndex == step) ?? throw Refusals.NotFound("checkpoint");
        return await work.Answer(held, kept.Image, direct ?? false, cancel);
    }
}
