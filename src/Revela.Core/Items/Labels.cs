using System.Text.Json;
using System.Text.Json.Nodes;

namespace Revela.Core.Items;

/// <summary>What an item can be found by: the texts that its job's data names as <c>labels</c>, such as <c>bib:145</c>.</summary>
public static class Labels
{
    /// <summary>Labels of one item; what goes beyond is not indexed.</summary>
    public const int Most = 200;
    public const int MaxLength = 64;

    const string Field = "labels";

    /// <summary>Each once, in their order; anything that is no label is passed over, for data may come from afar.</summary>
    public static IReadOnlyList<string> Of(JsonObject? data) => data?[Field] is JsonArray named
        ? [.. named.Where(IsLabel).Select(label => label!.GetValue<string>()).Distinct(StringComparer.Ordinal).Take(Most)]
        : [];

    static bool IsLabel(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.String && node.GetValue<string>() is { Length: > 0 and <= MaxLength } text && !text.Any(char.IsControl);
}
