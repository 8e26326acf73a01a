using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Uploads;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Core.Queues;

namespace Revela.App.Api.Work;

/// <summary>POST /api/v1/work/claims: jobs for a far worker.</summary>
public sealed class ClaimWork(IWorkSource work, Foreman foreman, IOperations operations, IWorkerStore workers, TimeProvider time)
{
    const int MostInClaim = 100, MostHeld = 1000, MostNames = 1000;
    const int MaxRemembered = 10_000;
    static readonly TimeSpan RegisterEvery = TimeSpan.FromSeconds(15);

    readonly ConcurrentDictionary<string, DateTimeOffset> registered = new();

    [EndpointSummary("Claim jobs")]
    [EndpointDescription("Leases waiting jobs of the key's tenant whose every step is on offer. Answers at once, also with none: `GET /work/bell` tells when to ask again. A job that this worker holds and does not name in `held` is handed out again, so a lost answer loses nothing.")]
    [Takes(typeof(ClaimBody), "application/json", """{"worker": "atelier-7:4711", "operations": ["grayscale", "resize"], "held": [], "slots": 2, "max": 2, "free_megabytes": 2000}""")]
    [Refuses(400, 413, 415, 503)]
    public static async Task<Ok<ClaimView>> Handle(HttpContext http, ClaimWork door, UploadOptions limits, CancellationToken cancel) =>
        TypedResults.Ok(await door.Claim(http, await WorkBodies.Read<ClaimBody>(http.Request, limits, cancel), cancel));

    /// <summary>Workers of different keys never share a name, and none is taken for a worker beside the store.</summary>
    public static string NameOf(HttpContext http, string worker)
    {
        WorkBodies.Require(WorkBodies.IsName(worker), "'worker' must be a name of 1 to 100 characters.");
        return $"far:{http.Access().Actor.Id:N}:{worker}";
    }

    async Task<ClaimView> Claim(HttpContext http, ClaimBody body, CancellationToken cancel)
    {
        var worker = NameOf(http, body.Worker);
        var lease = WorkBodies.Lease(body.LeaseSeconds);
        WorkBodies.Require(body.Max is >= 1 and <= MostInClaim, $"'max' must be 1 to {MostInClaim}.");
        WorkBodies.Require(body.Slots >= 1 && body.FreeMegabytes >= 0 && body.Megabytes >= 0, "'slots' must be at least 1, memory at least 0.");
        WorkBodies.Require(body.Operations.Count is >= 1 and <= MostNames && body.Operations.All(WorkBodies.IsName), $"'operations' must name 1 to {MostNames} operations.");
        WorkBodies.Require(body.Held.Count <= MostHeld && (body.Queues?.Count ?? 0) <= MostNames, "There are too many 'held' or 'queues'.");
        await Register(worker, body.Megabytes, cancel);

        var holds = await work.ListHeld(worker, cancel);
        var unheard = holds.ExceptBy(body.Held, held => held.Lease).ToList();
        if (unheard.Count > 0) return new ClaimView(await Offer(await Renewed(unheard, lease, cancel), cancel), 0);

        var claim = await work.Claim(Wish(http, worker, body, lease, holds), cancel);
        return new ClaimView(await Offer(claim.Jobs, cancel), claim.NextDue is { } due ? Math.Max(0, (due - time.GetUtcNow()).TotalSeconds) : null);
    }

    static ClaimRequest Wish(HttpContext http, string worker, ClaimBody body, TimeSpan lease, IReadOnlyList<ClaimedJob> holds) => new()
    {
        Worker = worker,
        Tenant = http.Tenant(),
        Offers = body.Operations.ToHashSet(),
        Queues = body.Queues is { Count: > 0 } queues ? queues.ToHashSet() : null,
        Running = holds.GroupBy(held => held.Job.Queue).ToDictionary(group => group.Key, group => group.Count()),
        Slots = body.Slots,
        Max = body.Max,
        FreeMegabytes = body.FreeMegabytes,
        LeaseFor = lease,
    };

    async Task<IReadOnlyList<ClaimedJob>> Renewed(IReadOnlyList<ClaimedJob> unheard, TimeSpan lease, CancellationToken cancel)
    {
        var orders = await work.Renew([.. unheard.Select(held => new LeaseReport(held.Job.Id, held.Lease, held.Job.Progress, held.Job.Step))], lease, cancel);
        return [.. unheard.ExceptBy(orders.Where(order => order.Reason == StopReason.LeaseLost).Select(order => order.Lease), held => held.Lease)];
    }

    // A job whose input was deleted is ended here: there is nothing to send.
    async Task<IReadOnlyList<AssignmentView>> Offer(IReadOnlyList<ClaimedJob> jobs, CancellationToken cancel)
    {
        foreach (var gone in jobs.Where(claimed => claimed.Input is null))
            await foreman.Settle(new AttemptReport(gone, new AttemptOutcome.Erred(JobError.InputGone), []), cancel);
        return [.. jobs.Where(claimed => claimed.Input is not null).Select(claimed => AssignmentView.Of(claimed, Plan.Of(claimed.Job.Pipeline, operations)))];
    }

    async Task Register(string worker, int megabytes, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (registered.TryGetValue(worker, out var at) && now - at < RegisterEvery) return;
        if (registered.Count >= MaxRemembered) registered.Clear();
        await workers.Save(new WorkerInfo(worker, "far", 0, 0, now, now, megabytes), cancel);
        registered[worker] = now;
    }
}
