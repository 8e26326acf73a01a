using Revela.App.Accounts;
using Revela.App.Api.Upkeep;
using Revela.Core.Queues;

namespace Revela.App.Dashboard.Workers;

/// <summary>POST /workers/drain: what the API does, asked for by a form.</summary>
public static class TakeWorkerOrders
{
    public static async Task<IResult> Handle(HttpContext http, IWorkerStore workers, AuditLog audit, CancellationToken cancel)
    {
        var form = http.Request.Form;
        var drains = form["drain"] == "true";
        var worker = await DrainWorker.Order(http, form["worker"].ToString(), drains, workers, audit, cancel);
        return Answers.Go(http, Places.Workers.Path, drains ? "worker.drains" : "worker.works", WorkerLine.MachineOf(worker));
    }
}
