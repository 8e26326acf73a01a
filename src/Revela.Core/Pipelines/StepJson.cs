using System.Text.Json;
using System.Text.Json.Nodes;

namespace Revela.Core.Pipelines;

/// <summary>A step as clients write it: its options inline beside <c>op</c>, <c>engine</c> (or several <c>engines</c>), <c>from</c> and <c>as</c>.</summary>
public static class StepJson
{
    /// <summary>Words that no option may be called.</summary>
    public static readonly IReadOnlyList<string> Reserved = ["op", "engine", "engines", "from", "as"];

    /// <summary>Null, with the reason in <paramref name="mistakes"/>, when it is not an object with an <c>op</c>.</summary>
    public static Step? Read(JsonNode? node, ICollection<string> mistakes)
    {
        if (node is not JsonObject step)
        {
            mistakes.Add("a step must be an object with an 'op'");
            return null;
        }
        var before = mistakes.Count;
        // Read anew from text, so that a number made in memory converts like one that was sent.
        var options = (JsonObject)JsonNode.Parse(step.ToJsonString())!;
        foreach (var key in Reserved) options.Remove(key);
        var op = Text(step, "op", mistakes);
        var engine = Text(step, "engine", mistakes);
        var from = Text(step, "from", mistakes);
        var name = Text(step, "as", mistakes);
        var engines = Names(step, "engines", mistakes);
        if (engine is not null && engines.Count > 0) mistakes.Add("'engine' and 'engines' are two ways to say one thing");
        if (mistakes.Count == before && op is null) mistakes.Add("a step needs an 'op'");
        return mistakes.Count > before ? null : new Step(op!, options, engine ?? engines.FirstOrDefault(), from, name) { Instead = engines.Count > 1 ? engines[1..] : null };
    }

    public static JsonObject Write(Step step)
    {
        var json = new JsonObject { ["op"] = step.Op };
        if (step.Instead is { } instead) json["engines"] = new JsonArray([step.Engine, .. instead]);
        else if (step.Engine is not null) json["engine"] = step.Engine;
        if (step.From is not null) json["from"] = step.From;
        if (step.As is not null) json["as"] = step.As;
        foreach (var (key, value) in step.Options) json[key] = value?.DeepClone();
        return json;
    }

    static List<string> Names(JsonObject step, string key, ICollection<string> mistakes)
    {
        if (step[key] is not { } value) return [];
        if (value is JsonArray { Count: > 0 } list && list.All(one => one?.GetValueKind() == JsonValueKind.String)) return [.. list.Select(one => one!.GetValue<string>())];
        mistakes.Add($"'{key}' must be a list of texts");
        return [];
    }

    static string? Text(JsonObject step, string key, ICollection<string> mistakes)
    {
        if (step[key] is not { } value) return null;
        if (value.GetValueKind() == JsonValueKind.String) return value.GetValue<string>();
        mistakes.Add($"'{key}' must be text");
        return null;
    }
}
