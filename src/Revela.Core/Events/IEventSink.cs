namespace Revela.Core.Events;

/// <summary>Where events go that other applications are told of.</summary>
public interface IEventSink
{
    /// <summary>Returns once all of them are safe there, in this order. Throws when any may not be: then all are sent again, and the receiver drops what it has by its id.</summary>
    Task Publish(IReadOnlyList<JobEvent> events, CancellationToken cancel);
}
