using System.Text.Json.Nodes;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Core.Queues;

namespace Revela.App.Recipes.Rembg;

/// <summary>
/// POST /api/remove, as rembg's own server has it: a picture in, a PNG out, in one request. Behind it is a job like any other, ahead of them all;
/// whoever asks again for what is still being made waits for the same job.
/// </summary>
public sealed class RemoveNow(
    UploadReader uploads, UrlSource urls, Intake intake, Submitter submitter, IOperations operations, EventFeed feed, IAssetStore assets, IObjectStore objects, IQueueStore queues, RembgServerOptions options)
{
    public const string Path = "/api/remove";
    const string Name = "rembg";
    const int Priority = 100;

    [EndpointSummary("Remove a background and wait for it")]
    [EndpointDescription("A stand-in for rembg's server: its form fields, its query parameters, a PNG as the answer. `ppm` and `extras` are read and change nothing.")]
    [Takes(typeof(RembgForm), "multipart/form-data")]
    [Gives("image/png")]
    [Refuses(400, 413, 415, 422, 503)]
    public static Task<IResult> Handle(HttpContext http, RemoveNow door, CancellationToken cancel) => door.Sent(http, cancel);

    // The upload's place is given back before the wait.
    async Task<IResult> Sent(HttpContext http, CancellationToken cancel)
    {
        Guid job;
        await using (var upload = await uploads.Read(http, UploadReader.FileField, cancel))
            job = await Submit(upload, new RembgFields(upload.Fields, http.Request.Query), cancel);
        return await Answer(http, job, cancel);
    }

    /// <summary>The same for a picture at a URL.</summary>
    public async Task<IResult> Named(string? url, HttpContext http, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(url)) throw Refusals.Invalid("'url' is missing.");
        Guid job;
        await using (var upload = uploads.Begin(http))
        {
            await upload.Fetch([url], urls, intake, cancel);
            job = await Submit(upload, new RembgFields([], http.Request.Query), cancel);
        }
        return await Answer(http, job, cancel);
    }

    async Task<Guid> Submit(Upload upload, RembgFields fields, CancellationToken cancel)
    {
        var pipeline = Checked(fields.Step());
        if (upload.Received.Count != 1) throw Refusals.Invalid("Send one image as 'file'.");
        await queues.EnsureExists(new Queue { Name = Name, KeepFor = options.KeepFor }, cancel);
        var submitted = await submitter.Submit(new SubmitRequest { Tenant = upload.Tenant, Assets = upload.Received, Pipeline = pipeline, Priority = Priority }, cancel);
        upload.Keep();
        return submitted[0].JobId;
    }

    Pipeline Checked(Step step)
    {
        var mistakes = new List<string>();
        var draft = new Pipeline { Name = Name, Queue = Name, Steps = [step, new Step("convert", new JsonObject { ["format"] = "png" })] };
        return PipelineRules.Check(draft, operations, mistakes) ?? throw Refusals.Invalid(string.Join("; ", mistakes) + ".");
    }

    async Task<IResult> Answer(HttpContext http, Guid id, CancellationToken cancel)
    {
        var job = await feed.WaitForEnd(http.Tenant(), id, options.Wait, cancel);
        if (job?.State is JobState.Failed) throw new RevelaException(job.Error!);
        if (job?.State is not JobState.Completed)
            throw new RevelaException(ErrorCodes.Busy, "The cutout is not ready yet; ask again for it.", retryable: true) { RetryAfter = TimeSpan.FromSeconds(5) };
        var asset = await assets.Get(http.Tenant(), job.Outputs[^1].AssetId, cancel) ?? throw Refusals.NotFound("picture");
        return await Picture.Answer(http, objects, asset, null, cancel);
    }
}

/// <summary>A picture for rembg's server.</summary>
public sealed record RembgForm
{
    public required IFormFile File { get; init; }
    public string? Model { get; init; }

    /// <summary>Alpha matting.</summary>
    public bool? A { get; init; }

    /// <summary>Mask values above it are surely subject, 0 to 255.</summary>
    public int? Af { get; init; }

    /// <summary>Mask values below it are surely background, 0 to 255.</summary>
    public int? Ab { get; init; }

    /// <summary>Pixels by which both are eaten away.</summary>
    public int? Ae { get; init; }

    /// <summary>The mask alone.</summary>
    public bool? Om { get; init; }
    public bool? Ppm { get; init; }
}
