using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.App.Api.Views;

/// <summary>How the whole of it goes.</summary>
/// <param name="Total">Over all queues.</param>
/// <param name="AddsUp">Whether the ledger of every queue adds up, as it must at all times.</param>
public sealed record StatsView(
    string Version, DateTimeOffset Now, QueueCounts Total, bool AddsUp, IReadOnlyList<QueueView> Queues,
    IReadOnlyList<WorkerView> Workers, int UploadsInFlight, long WaitingBytes, StatsLinks Links);

/// <param name="Megabytes">Memory that it admits jobs to.</param>
/// <param name="Drains">It is given no further job, and ends what it holds.</param>
public sealed record WorkerView(string Id, int ProcessId, DateTimeOffset StartedAt, DateTimeOffset SeenAt, int Megabytes, bool Drains)
{
    public static WorkerView Of(WorkerInfo worker) => new(worker.Id, worker.ProcessId, worker.StartedAt, worker.SeenAt, worker.Megabytes, worker.Drains);
}

/// <summary>Inputs that are refused, newest first.</summary>
public sealed record QuarantineList(IReadOnlyList<QuarantineView> Inputs);

/// <summary>An input that is refused because it has ended the decoder.</summary>
/// <param name="AssetId">A picture of these bytes; null when none is kept any more.</param>
public sealed record QuarantineView(string Sha256, string Code, string Message, DateTimeOffset At, Guid? AssetId)
{
    public static QuarantineView Of(QuarantinedInput input) => new(input.Sha256, input.Reason.Code, input.Reason.Message, input.At, input.AssetId);
}

/// <param name="Events">Signed; all events of this tenant as they happen.</param>
public sealed record StatsLinks(string Events);
