using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Links;
using Revela.Core.Jobs;

namespace Revela.App.Recipes.Cutout;

/// <summary>GET /images/tasks/{task_id}/: how a cutout stands.</summary>
public static class GetCutoutTask
{
    [EndpointSummary("Read a cutout's task")]
    [Refuses(404)]
    public static async Task<Ok<CutoutTaskView>> Handle(string id, HttpContext http, IJobStore jobs, CancellationToken cancel)
    {
        var job = Guid.TryParse(id, out var task) ? await jobs.Get(http.Tenant(), task, cancel) : null;
        if (job?.Pipeline.Name != CutoutRecipe.PipelineName || job.Metadata?["image_uuid"] is null) throw Refusals.NotFound("task");
        return TypedResults.Ok(CutoutTaskView.Of(job, Linker.For(http)));
    }
}
