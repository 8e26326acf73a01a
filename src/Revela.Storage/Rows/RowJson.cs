using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.Core;

namespace Revela.Storage.Rows;

/// <summary>Values that a row keeps as JSON, in the product's one dialect; nothing is kept as null.</summary>
static class RowJson
{
    public static string? Write<T>(T? value) where T : class => value is null ? null : JsonSerializer.Serialize(value, RevelaJson.Options);

    public static string? WriteList<T>(IReadOnlyList<T> values) => values.Count == 0 ? null : JsonSerializer.Serialize(values, RevelaJson.Options);

    public static string? WriteObject(JsonObject? value) => value?.ToJsonString(RevelaJson.Options);

    /// <summary>One of an enumeration, as the product spells it.</summary>
    public static string Name<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    public static T? Read<T>(string? json) where T : class => json is null ? null : JsonSerializer.Deserialize<T>(json, RevelaJson.Options);

    public static IReadOnlyList<T> ReadList<T>(string? json) => json is null ? [] : JsonSerializer.Deserialize<List<T>>(json, RevelaJson.Options)!;

    public static JsonObject? ReadObject(string? json) => json is null ? null : (JsonObject?)JsonNode.Parse(json);
}
