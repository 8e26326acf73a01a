using Revela.App.Api.OpenApi;
using Revela.Core.Jobs;

namespace Revela.App.Api.Work;

/// <summary>GET /api/v1/work/jobs/{id}/{lease}/input: the picture that a held job reads.</summary>
public static class FetchInput
{
    [EndpointSummary("Load a held job's input")]
    [EndpointDescription("Ranges and entity tags work, so a load that broke off can go on. With `direct=true` it may be answered by 307 with a link to the storage, to be followed without the key.")]
    [Gives("image/jpeg", "image/png", "image/webp", "image/gif", "image/tiff", "image/avif", "image/heif")]
    [Refuses(404, 409, 416, 422, 503)]
    public static async Task<IResult> Handle(Guid id, long lease, bool? direct, HttpContext http, HeldWork work, CancellationToken cancel)
    {
        var held = await work.Get(http, id, lease, cancel);
        var input = held.Input ?? throw new Core.RevelaException(JobError.InputGone);
        var picture = new StoredImage(input.ObjectKey, input.ContentType, input.Bytes, input.Sha256, input.Width, input.Height, input.Frames);
        return await work.Answer(held, picture, direct ?? false, cancel);
    }
}
