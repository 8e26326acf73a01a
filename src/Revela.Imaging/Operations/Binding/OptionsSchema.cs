using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Revela.Core;

namespace Revela.Imaging.Operations.Binding;

/// <summary>JSON schema of an options record: types from its properties, bounds and descriptions from their attributes, defaults from a fresh one.</summary>
static class OptionsSchema
{
    public static JsonObject Of(Type options)
    {
        var type = OptionsBinder.TypeOf(options);
        var defaults = OptionsBinder.Spell(Activator.CreateInstance(options)!);
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var property in type.Properties)
        {
            properties[property.Name] = Describe(property, defaults[property.Name]);
            if (OptionsBinder.Has<RequiredAttribute>(property) is not null) required.Add((JsonNode)property.Name);
        }
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (required.Count > 0) schema["required"] = required;
        return schema;
    }

    static JsonObject Describe(JsonPropertyInfo property, JsonNode? fallback)
    {
        var node = TypeOf(OptionsBinder.Plain(property.PropertyType));
        if (OptionsBinder.Has<DescriptionAttribute>(property) is { } description) node["description"] = description.Description;
        if (OptionsBinder.Has<RangeAttribute>(property) is { } range)
        {
            node["minimum"] = JsonSerializer.SerializeToNode(range.Minimum);
            node["maximum"] = JsonSerializer.SerializeToNode(range.Maximum);
        }
        if (OptionsBinder.Has<StringLengthAttribute>(property) is { } length)
        {
            node["minLength"] = length.MinimumLength;
            node["maxLength"] = length.MaximumLength;
        }
        if (OptionsBinder.Has<LengthAttribute>(property) is { } count)
        {
            node["minItems"] = count.MinimumLength;
            node["maxItems"] = count.MaximumLength;
        }
        if (fallback is not null && OptionsBinder.Has<RequiredAttribute>(property) is null) node["default"] = fallback.DeepClone();
        return node;
    }

    static JsonObject TypeOf(Type type)
    {
        if (type == typeof(Colour)) return new JsonObject { ["type"] = "string", ["format"] = "colour" };
        var exporter = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true };
        var node = RevelaJson.Options.GetJsonSchemaAsNode(type, exporter) as JsonObject ?? [];
        if (type.IsEnum) node = new JsonObject { ["type"] = "string", ["enum"] = node["enum"]?.DeepClone() };
        if (type == typeof(string)) node["type"] = "string";
        return node;
    }
}
