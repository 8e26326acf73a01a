using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.App.Api.Queues;

/// <summary>POST /api/v1/queues/{name}/pause.</summary>
public static class PauseQueue
{
    [EndpointSummary("Pause a queue")]
    [EndpointDescription("Running jobs finish; no other begins until it is resumed. Submitting goes on.")]
    [Refuses(404)]
    public static async Task<Ok<QueueView>> Handle(string name, IQueueStore queues, IJobStore jobs, CancellationToken cancel)
    {
        var queue = await queues.Get(name, cancel) ?? throw Refusals.NotFound("queue");
        var paused = queue with { Paused = true };
        await queues.Save(paused, cancel);
        return TypedResults.Ok(await ListQueues.View(paused, jobs, cancel));
    }
}
