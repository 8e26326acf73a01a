using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Revela.Providers.Firestore;

/// <summary>JSON as Firestore spells it, each value under the name of its type: whole numbers are text, and empty lists and maps have nothing inside.</summary>
public static class FirestoreValues
{
    public static JsonObject Write(JsonNode? value) => value switch
    {
        null => new JsonObject { ["nullValue"] = null },
        JsonObject map => new JsonObject { ["mapValue"] = map.Count == 0 ? new JsonObject() : new JsonObject { ["fields"] = WriteFields(map) } },
        JsonArray list => new JsonObject { ["arrayValue"] = list.Count == 0 ? new JsonObject() : new JsonObject { ["values"] = new JsonArray([.. list.Select(Write)]) } },
        _ => WriteScalar(value),
    };

    public static JsonObject WriteFields(JsonObject map) => new(map.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, Write(pair.Value))));

    /// <summary>Times stay text, as they are spelled; what has no like in JSON (bytes, references, places) too.</summary>
    public static JsonNode? Read(JsonNode? value)
    {
        if (value is not JsonObject { Count: 1 } typed) return null;
        var (type, inner) = typed.First();
        return type switch
        {
            "nullValue" => null,
            "integerValue" => long.TryParse(inner?.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
            "mapValue" => ReadFields(inner?["fields"] as JsonObject),
            "arrayValue" => new JsonArray([.. ((inner?["values"] as JsonArray) ?? []).Select(Read)]),
            _ => inner?.DeepClone(),
        };
    }

    public static JsonObject ReadFields(JsonObject? fields) => new((fields ?? []).Select(pair => KeyValuePair.Create(pair.Key, Read(pair.Value))));

    static JsonObject WriteScalar(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.True or JsonValueKind.False => new JsonObject { ["booleanValue"] = value.DeepClone() },
        JsonValueKind.Number when long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) =>
            new JsonObject { ["integerValue"] = whole.ToString(CultureInfo.InvariantCulture) },
        JsonValueKind.Number => new JsonObject { ["doubleValue"] = value.DeepClone() },
        _ => new JsonObject { ["stringValue"] = value.ToString() },
    };
}
