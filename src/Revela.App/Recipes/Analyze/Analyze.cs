using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Recipes.Analyze;

/// <summary>POST /api/v1/analyze: an image in, a task id out, at once.</summary>
public sealed class Analyze(UploadReader uploads, Submitter submitter, PipelineCatalog catalog)
{
    [EndpointSummary("Analyze an image")]
    [EndpointDescription("Keeps the image, queues its task and answers without waiting for it.")]
    [Takes(typeof(FileForm), "multipart/form-data")]
    [ProducesResponseType<TaskAccepted>(202)]
    [Refuses(400, 413, 415, 422, 503)]
    public static Task<IResult> Handle(HttpContext http, Analyze door, CancellationToken cancel) => door.Accept(http, cancel);

    async Task<IResult> Accept(HttpContext http, CancellationToken cancel)
    {
        await using var upload = await uploads.Read(http, UploadReader.FileField, cancel);
        if (upload.Received.Count != 1) throw Refusals.Invalid("Send one image as 'file'.");
        var submitted = await submitter.Submit(
            new SubmitRequest { Tenant = http.Tenant(), Assets = upload.Received, Pipeline = catalog.Get(AnalyzeRecipe.PipelineName) }, cancel);
        upload.Keep();
        var id = submitted[0].JobId;
        http.Response.Headers.Location = $"{Links.Linker.Root}/tasks/{id:D}";
        return TypedResults.Json(new TaskAccepted(id, "processing"), RevelaJson.Options, statusCode: 202);
    }
}
