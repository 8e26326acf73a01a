using System.Text.Json.Nodes;
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
using Revela.Core.Notices;
using Revela.Providers.Prices;

namespace Revela.App.Api.Batches;

/// <summary>POST /api/v1/batches: a zip, a list of URLs and ids, or pictures; what cannot be taken is told and holds up nothing else.</summary>
public sealed class SubmitBatch(
    UploadReader uploads, UploadOptions limits, ZippedPictures zips, ListedPictures lists, PipelineChoice pipelines, WebhookClient webhooks, Submitter submitter, Estimator estimator, INoticeStore notices, IJobStore jobs, TimeProvider time)
{
    const string Archive = "archive", List = "list";
    const int MaxListBytes = 4 * 1024 * 1024;

    [EndpointSummary("Submit a batch")]
    [EndpointDescription(
        "`archive` is a zip of pictures, `list` a CSV of URLs and asset ids; `file`, `url` and `asset_id` are as for jobs, and so are all other fields. "
        + "Answers once every input was looked at: those that could be taken are jobs of one batch, the others are told. Whoever asks is notified once when all have ended.")]
    [Takes(typeof(BatchForm), "multipart/form-data")]
    [Takes(typeof(JobBody), "application/json", """{"url": ["https://pictures.example.com/1.jpg"], "pipeline": "web", "batch": "spring"}""")]
    [ProducesResponseType<BatchAccepted>(202)]
    [Refuses(400, 404, 413, 415, 422, 503)]
    public static Task<IResult> Handle(HttpContext http, SubmitBatch door, CancellationToken cancel) => door.Submit(http, cancel);

    async Task<IResult> Submit(HttpContext http, CancellationToken cancel)
    {
        await using var upload = await uploads.Read(http, UploadReader.FileField, cancel, Archive, List);
        var request = JobRequest.Read(upload);
        var pipeline = pipelines.Of(request);
        var callback = request.CallbackUrl is { } url ? webhooks.Checked(url) : null;
        var (inputs, refused) = await Inputs(upload, request, cancel);
        var batch = Ids.New(time);
        var name = request.BatchName ?? batch.ToString("D");
        if (http.Access().Actor.Id is { } person) await notices.Add(BatchWatch.Of(batch, upload.Tenant, name, person, time.GetUtcNow()), cancel);
        var submission = request.ToSubmission(upload.Tenant, inputs, pipeline) with
        {
            AsBatch = true,
            BatchId = batch,
            IdempotencyKey = JobRequest.KeyOf(http.Request, request),
            CallbackUrl = callback,
        };
        var submitted = await submitter.Submit(submission, cancel);
        if (submitted.Any(job => job.Kind != SubmissionKind.Replayed)) upload.Keep();
        return await Answer(http, submitted[0].BatchId!.Value, refused, estimator.Of(pipeline, submitted), cancel);
    }

    async Task<(IReadOnlyList<Asset> Inputs, IReadOnlyList<RefusedInput> Refused)> Inputs(Upload upload, JobRequest request, CancellationToken cancel)
    {
        var refused = new List<RefusedInput>();
        if (upload.Aside(Archive) is { } zip) refused.AddRange(await zips.Take(upload, zip, cancel));
        var rows = upload.Aside(List) is { } list ? ListedInputs.Read(await ReadList(list, cancel), limits.MaxFiles) : [];
        rows = [.. rows, .. request.Urls.Select(url => new ListedInput(url, null, null)), .. request.AssetIds.Select(id => new ListedInput(id.ToString("D"), id, null))];
        if (upload.Received.Count + rows.Count > limits.MaxFiles) throw Refusals.Invalid($"A batch may hold at most {limits.MaxFiles} images.");
        var (known, unlisted) = await lists.Take(upload, rows, cancel);
        refused.AddRange(unlisted);
        IReadOnlyList<Asset> inputs = [.. upload.Received, .. known];
        if (inputs.Count > 0) return (inputs, refused);
        throw Refusals.Invalid(refused.Count == 0 ? "Send an 'archive', a 'list', a 'file', a 'url' or an 'asset_id'." : $"Nothing of it could be taken; the first: {refused[0].Input}: {refused[0].Message}");
    }

    static async Task<string> ReadList(string path, CancellationToken cancel) => new FileInfo(path).Length <= MaxListBytes
        ? await File.ReadAllTextAsync(path, cancel)
        : throw new RevelaException(ErrorCodes.TooLarge, $"'{List}' may hold at most {MaxListBytes} bytes.");

    async Task<IResult> Answer(HttpContext http, Guid id, IReadOnlyList<RefusedInput> refused, decimal estimatedUsd, CancellationToken cancel)
    {
        var links = Linker.For(http);
        var batch = await jobs.GetBatch(http.Tenant(), id, cancel) ?? throw new RevelaException(ErrorCodes.NotFound, "This request was done before and its jobs have been deleted since.");
        http.Response.Headers.Location = links.Batch(id);
        return TypedResults.Json(new BatchAccepted(BatchView.Of(batch, links, time.GetUtcNow()), refused, estimatedUsd), RevelaJson.Options, statusCode: 202);
    }
}

/// <summary>The promise to tell somebody how a batch ends.</summary>
static class BatchWatch
{
    /// <summary>What the notification's kind begins with.</summary>
    const string Kind = "batch";

    public static Watch Of(Guid batch, string tenant, string name, Guid person, DateTimeOffset now) => new(
        batch, tenant, person, Kind, new JsonObject { ["title"] = name, ["path"] = $"{Linker.Root}/batches/{batch:D}", ["batch_id"] = batch.ToString("D") }, now);
}
