using Revela.App.Pipelines;
using Revela.Core.Flow;

namespace Revela.App.Api.Upkeep;

/// <summary>How long items are kept without anybody's asking.</summary>
public sealed record RetentionOptions
{
    /// <summary>Collections whose items are erased, with their pictures and all that those led to, once they have not changed for so long: <c>photos=90d</c>. Items of others stay until somebody deletes them.</summary>
    public IReadOnlyList<string> Collections { get; init; } = [];

    /// <summary>The same, read.</summary>
    public IReadOnlyList<KeptItems> Kept => [.. Collections.Select(Read).OfType<KeptItems>()];

    public IEnumerable<string> Mistakes() =>
        Collections.Where(text => Read(text) is null).Select(text => $"retention.collections: '{text}' is not a collection and a time, like photos=90d.");

    static KeptItems? Read(string text) =>
        text.Split('=') is [{ Length: > 0 } name, var time] && Durations.TryParse(time, out var kept) && kept > TimeSpan.Zero ? new KeptItems(name.Trim(), kept) : null;
}
