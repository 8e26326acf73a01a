using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.App.Api.Queues;

/// <summary>POST /api/v1/queues/{name}/resume.</summary>
public static class ResumeQueue
{
    [EndpointSummary("Resume a queue")]
    [Refuses(404)]
    public static async Task<Ok<QueueView>> Handle(string name, IQueueStore queues, IJobStore jobs, ISignals signals, CancellationToken cancel)
    {
        var queue = await queues.Get(name, cancel) ?? throw Refusals.NotFound("queue");
        var resumed = queue with { Paused = false };
        await queues.Save(resumed, cancel);
        signals.Ring(Signal.Work);
        return TypedResults.Ok(await ListQueues.View(resumed, jobs, cancel));
    }
}
