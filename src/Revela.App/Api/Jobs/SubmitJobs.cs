using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Links;
using Revela.App.Uploads;
using Revela.App.Webhooks;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Providers.Prices;

namespace Revela.App.Api.Jobs;

/// <summary>POST /api/v1/jobs: files, assets or URLs in, jobs out.</summary>
public sealed class SubmitJobs(UploadReader uploads, UploadOptions limits, PipelineChoice pipelines, UrlSource urls, Intake intake, DirectUploads direct, Submitter submitter, WebhookClient webhooks, Estimator estimator, Waiting waiting)
{
    [EndpointSummary("Submit jobs")]
    [EndpointDescription("Takes one image or many and answers at once with 202: from then on each job is kept until it has ended. "
        + "With `Prefer: wait=N` the answer is held up to N seconds and is 200 if all jobs have ended by then. One image answers with its job, many with a batch.")]
    [Takes(typeof(JobForm), "multipart/form-data")]
    [Takes(typeof(JobBody), "application/json", """{"asset_id": ["019aa0c3-7f1e-7c52-9d1c-2b1f6f0a4e11"], "steps": [{"op": "resize", "width": 200, "height": 200}, {"op": "convert", "format": "webp"}]}""")]
    [Takes(typeof(JobBody), "application/x-www-form-urlencoded")]
    [ReadsHeader("Prefer", "`wait=N` waits up to N seconds for the end.")]
    [ReadsHeader("Idempotency-Key", "A repeat with the same key answers with the first one's jobs.")]
    [ProducesResponseType<JobView>(202), ProducesResponseType<JobView>(200)]
    [Refuses(400, 404, 413, 415, 422, 503)]
    public static Task<IResult> Handle(HttpContext http, SubmitJobs door) => door.Submit(http, http.RequestAborted);

    async Task<IResult> Submit(HttpContext http, CancellationToken cancel)
    {
        await using var upload = await uploads.Read(http, UploadReader.FileField, cancel);
        var request = JobRequest.Read(upload);
        var pipeline = pipelines.Of(request);
        var callback = request.CallbackUrl is { } url ? webhooks.Checked(url) : null;
        var inputs = await Inputs(upload, request, cancel);
        var submission = request.ToSubmission(http.Tenant(), inputs, pipeline) with { IdempotencyKey = JobRequest.KeyOf(http.Request, request), CallbackUrl = callback };
        var submitted = await submitter.Submit(submission, cancel);
        // A replayed request's files are there already, under the first one's jobs.
        if (submitted.Any(job => job.Kind != SubmissionKind.Replayed)) upload.Keep();
        return await Answer(http, submitted, pipeline);
    }

    async Task<IReadOnlyList<Asset>> Inputs(Upload upload, JobRequest request, CancellationToken cancel)
    {
        var count = upload.Received.Count + request.AssetIds.Count + request.Urls.Count;
        if (count == 0) throw Refusals.Invalid("Send a 'file', an 'asset_id' or a 'url'.");
        if (count > limits.MaxFiles) throw Refusals.Invalid($"A request may hold at most {limits.MaxFiles} images.");
        var known = new List<Asset>();
        foreach (var id in request.AssetIds)
            known.Add(await direct.Finish(upload.Tenant, id, null, cancel) ?? throw Refusals.NotFound("asset"));
        await upload.Fetch(request.Urls, urls, intake, cancel);
        return [.. upload.Received, .. known];
    }

    async Task<IResult> Answer(HttpContext http, IReadOnlyList<Submitted> submitted, Pipeline pipeline)
    {
        var links = Linker.For(http);
        var jobs = await waiting.For(http, [.. submitted.Select(job => job.JobId)]);
        if (jobs.Count < submitted.Count) throw new RevelaException(ErrorCodes.NotFound, "This request was done before and its jobs have been deleted since.");
        var views = jobs.Select(job => JobView.Of(job, links)).ToList();
        var hasWaited = http.Response.Headers.ContainsKey("Preference-Applied");
        var status = hasWaited && jobs.All(job => job.State.IsFinal()) ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        var isOne = submitted.Count == 1;
        http.Response.Headers.Location = isOne ? links.Job(submitted[0].JobId) : links.Batch(submitted[0].BatchId!.Value);
        return isOne
            ? TypedResults.Json(views[0], RevelaJson.Options, statusCode: status)
            : TypedResults.Json(new BatchOfJobs(submitted[0].BatchId!.Value, views, estimator.Of(pipeline, submitted)), RevelaJson.Options, statusCode: status);
    }
}
