using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.App.Api.Jobs;

/// <summary>GET /api/v1/jobs/{id}/result: the developed picture.</summary>
public static class GetResult
{
    [EndpointSummary("Load a job's result")]
    [EndpointDescription("The last step's picture, or with `output` the one published under that name. Ranges and entity tags work; the link in the job's `links.result` needs no key.")]
    [Gives("image/jpeg", "image/png", "image/webp", "image/gif", "image/tiff", "image/avif", "image/heif")]
    [Refuses(404, 409, 416)]
    public static async Task<IResult> Handle(Guid id, string? output, HttpContext http, IJobStore jobs, IAssetStore assets, IObjectStore objects, CancellationToken cancel)
    {
        var job = await jobs.Get(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("job");
        if (!job.State.IsFinal())
            throw new RevelaException(ErrorCodes.NotFinished, "The job has not ended yet.", retryable: true) { RetryAfter = TimeSpan.FromSeconds(1) };
        if (job.State != JobState.Completed) throw Refusals.WrongState("The job has no result: it failed or was cancelled.");
        var chosen = Choose(job, output) ?? throw Refusals.NotFound("output");
        var asset = await assets.Get(http.Tenant(), chosen.AssetId, cancel) ?? throw Refusals.NotFound("output");
        var original = await assets.Get(http.Tenant(), job.AssetId, cancel);
        return await Picture.Answer(http, objects, asset, NameOf(original, chosen), cancel);
    }

    static Output? Choose(Job job, string? name) => name is null
        ? job.Outputs.LastOrDefault(output => output.Name is null) ?? job.Outputs.LastOrDefault()
        : job.Outputs.FirstOrDefault(output => output.Name == name);

    static string? NameOf(Asset? original, Output output)
    {
        if (original?.FileName is not { } name) return null;
        return output.Name is null ? name : $"{Path.GetFileNameWithoutExtension(name)}-{output.Name}";
    }
}
