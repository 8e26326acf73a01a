using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.Core.Events;
using Revela.Core.Jobs;

namespace Revela.App.Api.Events;

/// <summary>GET /api/v1/jobs/{id}/events: what happened to one job and what happens to it, to its end.</summary>
public sealed class StreamJobEvents(EventStream stream, IEventStore events, IJobStore jobs)
{
    [EndpointSummary("Follow a job")]
    [EndpointDescription("Server-sent events from the job's first, or after the id in `Last-Event-ID` (or `after`). Ends with the job; asked again after that it answers 204, which stops an EventSource.")]
    [ReadsHeader("Last-Event-ID", "Resumes after this event.")]
    [Gives(EventStream.ContentType)]
    [Refuses(400, 404)]
    public static Task Handle(Guid id, long? after, HttpContext http, StreamJobEvents door, CancellationToken cancel) =>
        door.Follow(id, EventStream.LastSeen(http.Request) ?? after ?? 0, http, cancel);

    async Task Follow(Guid id, long after, HttpContext http, CancellationToken cancel)
    {
        var tenant = http.Tenant();
        if (await jobs.Get(tenant, id, cancel) is null) throw Refusals.NotFound("job");
        if (await IsOver(tenant, id, after, cancel)) http.Response.StatusCode = StatusCodes.Status204NoContent;
        else await stream.Write(http, after, id, async (happened, stop) => EventTypes.IsFinal(happened.Type) && await IsOver(tenant, id, happened.Id, stop));
    }

    // A job that ended may have been put back since: only its state and the lack of later events tell.
    async Task<bool> IsOver(string tenant, Guid id, long after, CancellationToken cancel) =>
        await jobs.Get(tenant, id, cancel) is not { } job
        || (job.State.IsFinal() && (await events.ReadJob(tenant, id, after, 1, cancel)).Count == 0);
}
