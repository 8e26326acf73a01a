namespace Revela.Core.Pipelines;

/// <summary>
/// Every pipeline that may be asked for by name, as of now. A later one replaces an earlier of the same name, so that a file can change what is built in.
/// </summary>
public sealed class PipelineCatalog(IEnumerable<Pipeline> pipelines)
{
    volatile Shelf shelf = new(pipelines);

    /// <summary>In the order of their names. The same list for as long as nothing changes.</summary>
    public IReadOnlyList<Pipeline> All => shelf.All;

    public Pipeline? Find(string name) => shelf.ByName.GetValueOrDefault(name);

    /// <exception cref="RevelaException"><c>unknown-pipeline</c>, naming those there are.</exception>
    public Pipeline Get(string name) => Find(name) ?? throw new RevelaException(
        Jobs.ErrorCodes.UnknownPipeline, $"There is no pipeline '{name}'; there are {string.Join(", ", All.Select(pipeline => pipeline.Name))}.");

    /// <summary>From now on these and no others, for whoever asks next. Jobs that were submitted keep the snapshot that they came with.</summary>
    public void Replace(IEnumerable<Pipeline> pipelines) => shelf = new Shelf(pipelines);

    sealed class Shelf
    {
        public Shelf(IEnumerable<Pipeline> pipelines)
        {
            foreach (var pipeline in pipelines) ByName[pipeline.Name] = pipeline;
            All = [.. ByName.Values.OrderBy(pipeline => pipeline.Name, StringComparer.Ordinal)];
        }

        public Dictionary<string, Pipeline> ByName { get; } = new(StringComparer.Ordinal);

        public IReadOnlyList<Pipeline> All { get; }
    }
}
