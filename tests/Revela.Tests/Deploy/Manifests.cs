using System.Text.Json.Nodes;
using Revela.Tests.House;
using Shouldly;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Revela.Tests.Deploy;

/// <summary>YAML of the folder <c>deploy</c>, as JSON that tests can walk; anchors and merges are resolved.</summary>
static class Manifests
{
    /// <summary>Every document of a file.</summary>
    public static IReadOnlyList<JsonObject> Read(string path)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Repository.Read(path)));
        return [.. stream.Documents.Select(document => Convert(document.RootNode)!.AsObject())];
    }

    /// <summary>The node has no fields but these: what is written where it is not known has no effect.</summary>
    public static void HasOnly(this JsonNode? node, string where, string fields)
    {
        if (node is null) return;
        node.AsObject().Select(pair => pair.Key).Except(fields.Split(' ')).ShouldBeEmpty(where);
    }

    public static IEnumerable<JsonNode> Each(this JsonNode? list) => list?.AsArray().Select(item => item!) ?? [];

    public static IEnumerable<string> Texts(this JsonNode? list) => list.Each().Select(item => item.ToString());

    public static string Text(this JsonNode? node) => node.ShouldNotBeNull().ToString();

    static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => Merge(map),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "~" or "null" } => null,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } flag => flag.Value == "true",
        YamlScalarNode scalar => scalar.Value,
        _ => null,
    };

    static JsonObject Merge(YamlMappingNode map)
    {
        var merged = new JsonObject();
        foreach (var (key, value) in map.Children.Where(pair => pair.Key is YamlScalarNode { Value: "<<" }))
            foreach (var (name, inner) in Merge((YamlMappingNode)value)) merged[name] = inner?.DeepClone();
        foreach (var (key, value) in map.Children.Where(pair => pair.Key is not YamlScalarNode { Value: "<<" })) merged[((YamlScalarNode)key).Value!] = Convert(value);
        return merged;
    }
}
