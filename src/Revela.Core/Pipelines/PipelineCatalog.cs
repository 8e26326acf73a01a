namespace Revela.Core.Pipelines;

/// <summary>Every pipeline that may be asked for by name. A later one replaces an earlier of the same name, so that a file can change what is built in.</summary>
public sealed class PipelineCatalog
{
    readonly Dictionary<string, Pipeline> byName = new(StringComparer.Ordinal);

    public PipelineCatalog(IEnumerable<Pipeline> pipelines)
    {
        foreach (var pipeline in pipelines) byName[pipeline.Name] = pipeline;
        All = byName.Values.OrderBy(pipeline => pipeline.Name, StringComparer.Ordinal).ToArray();
    }

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<Pipeline> All { get; }

    public Pipeline? Find(string name) => byName.GetValueOrDefault(name);

    /// <exception cref="RevelaException"><c>unknown-pipeline</c>, naming those there are.</exception>
    public Pipeline Get(string name) => Find(name) ?? throw new RevelaException(
        Jobs.ErrorCodes.UnknownPipeline,
        $"There is no pipeline '{name}'; there are {string.Join(", ", byName.Keys.Order(StringComparer.Ordinal))}.");
}
