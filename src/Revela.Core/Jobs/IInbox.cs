using System.Text.Json.Nodes;
using Revela.Core.Pipelines;

namespace Revela.Core.Jobs;

/// <summary>A job that an application asked for inside a database transaction of its own; its id is given out already.</summary>
public sealed record Wish
{
    public required Guid JobId { get; init; }
    public required string Tenant { get; init; }
    public required Guid AssetId { get; init; }
    public required Pipeline Pipeline { get; init; }
    public int? Priority { get; init; }
    public DateTimeOffset? RunAt { get; init; }
    public JsonObject? Metadata { get; init; }
    public IReadOnlyList<string> Tags { get; init; } = [];
    public Guid? ItemId { get; init; }
    public bool Fresh { get; init; }
}

/// <summary>Wishes that applications committed and that are no jobs yet. A store that no application can reach has none.</summary>
public interface IInbox
{
    /// <summary>Tells applications which pipelines there are.</summary>
    Task Offer(IReadOnlyCollection<Pipeline> pipelines, CancellationToken cancel);

    /// <summary>
    /// Hands over the oldest wishes and strikes them off once <paramref name="accept"/> has returned; those that another process is just taking
    /// are passed over. A wish may come again after a crash. How many.
    /// </summary>
    Task<int> Take(int atMost, Func<IReadOnlyList<Wish>, Task> accept, CancellationToken cancel);
}
