using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Uploads;
using Revela.Core.Queues;

namespace Revela.App.Api.Upkeep;

/// <summary>POST /api/v1/workers/drain: gives a worker no further job, or jobs again.</summary>
public static class DrainWorker
{
    const int MaxName = 200;

    [EndpointSummary("Let a worker drain, or work again")]
    [EndpointDescription("A worker that drains is given no further job, wherever it runs; it ends what it holds. It drains until its process ends, or until `drain` is false. `/stats` lists workers and what they were ordered.")]
    [Takes(typeof(DrainBody), "application/json", """{"worker": "atelier-7:4711:3f2a", "drain": true}""")]
    [Refuses(400, 404, 413, 415)]
    public static async Task<Ok<WorkerView>> Handle(HttpContext http, IWorkerStore workers, AuditLog audit, UploadOptions limits, CancellationToken cancel)
    {
        var body = await UploadReader.ReadJson(http.Request, limits.MaxFieldBytes, cancel);
        var fields = new FieldReader(body, isForm: false);
        fields.RefuseOthers(["worker", "drain"]);
        var (worker, drains) = (fields.Text("worker", MaxName), !body.ContainsKey("drain") || fields.Flag("drain"));
        if (worker is null) fields.Mistakes.Add("'worker' is missing");
        fields.Refuse();
        return TypedResults.Ok(WorkerView.Of(await Order(http, worker!, drains, workers, audit, cancel)));
    }

    internal static async Task<WorkerInfo> Order(HttpContext http, string worker, bool drains, IWorkerStore workers, AuditLog audit, CancellationToken cancel)
    {
        if (!await workers.Drain(worker, drains, cancel)) throw Refusals.NotFound("worker");
        await audit.Note(http, drains ? "worker.drain" : "worker.resume", worker);
        return (await workers.List(cancel)).FirstOrDefault(one => one.Id == worker) ?? throw Refusals.NotFound("worker");
    }
}
