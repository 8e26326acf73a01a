using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Links;
using Revela.Core.Jobs;

namespace Revela.App.Recipes.Analyze;

/// <summary>GET /api/v1/tasks/{task_id}: how a task stands.</summary>
public static class GetTask
{
    [EndpointSummary("Read a task")]
    [Refuses(404)]
    public static async Task<Ok<TaskView>> Handle(string id, HttpContext http, IJobStore jobs, CancellationToken cancel)
    {
        var job = Guid.TryParse(id, out var taskId) ? await jobs.Get(http.Tenant(), taskId, cancel) : null;
        if (job?.Pipeline.Name != AnalyzeRecipe.PipelineName) throw Refusals.NotFound("task");
        return TypedResults.Ok(TaskView.Of(job, Linker.For(http)));
    }
}
