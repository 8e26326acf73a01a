using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.App.Api.Queues;

/// <summary>GET /api/v1/queues/{name}.</summary>
public static class GetQueue
{
    [EndpointSummary("Read a queue")]
    [Refuses(404)]
    public static async Task<Ok<QueueView>> Handle(string name, IQueueStore queues, IJobStore jobs, CancellationToken cancel)
    {
        var queue = await queues.Get(name, cancel) ?? throw Refusals.NotFound("queue");
        return TypedResults.Ok(await ListQueues.View(queue, jobs, cancel));
    }
}
