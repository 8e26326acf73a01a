using Revela.Core.Queues;

namespace Revela.App.Api.Views;

/// <summary>How the whole of it goes.</summary>
/// <param name="Total">Over all queues.</param>
/// <param name="AddsUp">Whether the ledger of every queue adds up, as it must at all times.</param>
public sealed record StatsView(
    string Version, DateTimeOffset Now, QueueCounts Total, bool AddsUp, IReadOnlyList<QueueView> Queues,
    IReadOnlyList<WorkerView> Workers, int UploadsInFlight, long WaitingBytes, StatsLinks Links);

/// <param name="Megabytes">Memory that it admits jobs to.</param>
public sealed record WorkerView(string Id, int ProcessId, DateTimeOffset StartedAt, DateTimeOffset SeenAt, int Megabytes)
{
    public static WorkerView Of(WorkerInfo worker) => new(worker.Id, worker.ProcessId, worker.StartedAt, worker.SeenAt, worker.Megabytes);
}

/// <param name="Events">Signed; all events of this tenant as they happen.</param>
public sealed record StatsLinks(string Events);
