using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Uploads;
using Revela.Core.Flow;
using Revela.Core.Jobs;

namespace Revela.App.Api.Work;

/// <summary>POST /api/v1/work/renewals: keeps leases, tells progress, brings orders.</summary>
public static class RenewLeases
{
    const int MostLeases = 1000;

    [EndpointSummary("Renew leases")]
    [EndpointDescription("To be called at least every quarter of the lease, and as often as there is progress to tell. The answer names the jobs to stop; all others are renewed.")]
    [Takes(typeof(RenewalBody), "application/json", """{"worker": "atelier-7:4711", "leases": [{"job_id": "0199c0de-0000-7000-8000-000000000000", "lease": 42, "progress": 0.5, "step": "resize"}]}""")]
    [Refuses(400, 413, 415, 503)]
    public static async Task<Ok<OrdersView>> Handle(HttpContext http, IWorkSource work, Foreman foreman, StaleWrites stale, UploadOptions limits, CancellationToken cancel)
    {
        var body = await WorkBodies.Read<RenewalBody>(http.Request, limits, cancel);
        var lease = WorkBodies.Lease(body.LeaseSeconds);
        WorkBodies.Require(body.Leases.Count <= MostLeases, $"At most {MostLeases} leases are renewed at once.");
        WorkBodies.Require(body.Leases.All(held => held is not null && (held.Step is null || WorkBodies.IsName(held.Step))), "A 'step' is the name of an operation.");

        var own = (await work.ListHeld(ClaimWork.NameOf(http, body.Worker), cancel)).Select(held => (held.Job.Id, held.Lease)).ToHashSet();
        var mine = body.Leases.ToLookup(held => own.Contains((held.JobId, held.Lease)));
        var orders = await foreman.Renew([.. mine[true].Select(held => new LeaseReport(held.JobId, held.Lease, held.Progress, held.Step))], lease, cancel);
        foreach (var lost in mine[false]) stale.Refuse(StaleWrites.Renewal, lost.JobId, lost.Lease);
        return TypedResults.Ok(new OrdersView([
            .. orders.Select(order => new OrderView(order.JobId, order.Lease, order.Reason)),
            .. mine[false].Select(lost => new OrderView(lost.JobId, lost.Lease, StopReason.LeaseLost)),
        ]));
    }
}
