using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Revela.Core.Pipelines;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>Pipelines between their JSON and the records that jobs carry; parsed or written once, however many jobs share one.</summary>
sealed class Snapshots
{
    const int MostInMemory = 4096;
    readonly ConditionalWeakTable<Pipeline, SnapshotText> texts = [];
    readonly ConcurrentDictionary<long, Pipeline> pipelines = new();

    /// <summary>Its JSON and the hash of that; costs a serialisation only the first time an instance is seen.</summary>
    public SnapshotText TextOf(Pipeline pipeline) => texts.GetValue(pipeline, SnapshotText.Of);

    public Pipeline Get(Connection db, long id)
    {
        if (pipelines.TryGetValue(id, out var known)) return known;
        using var query = db.Use("SELECT json FROM snapshots WHERE id = ?");
        if (!query.Bind(id).Step()) throw new InvalidOperationException($"Snapshot {id} is missing.");
        var pipeline = RowJson.Read<Pipeline>(query.Text(0))!;
        if (pipelines.Count >= MostInMemory) pipelines.Clear();
        pipelines[id] = pipeline;
        return pipeline;
    }
}
