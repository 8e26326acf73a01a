using Revela.App.Api.OpenApi;
using Revela.Core.Events;

namespace Revela.App.Api.Events;

/// <summary>GET /api/v1/events: everything that happens, as it happens.</summary>
public static class StreamEvents
{
    [EndpointSummary("Follow all events")]
    [EndpointDescription("Server-sent events of this tenant from now on, or after the id in `Last-Event-ID` (or `after`). Nothing is missed between two connections.")]
    [ReadsHeader("Last-Event-ID", "Resumes after this event.")]
    [Gives(EventStream.ContentType)]
    [Refuses(400)]
    public static async Task Handle(long? after, HttpContext http, EventStream stream, IEventStore events, CancellationToken cancel) =>
        await stream.Write(http, EventStream.LastSeen(http.Request) ?? after ?? await events.LastId(cancel), null, (_, _) => Task.FromResult(false));
}
