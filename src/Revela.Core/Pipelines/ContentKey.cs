using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Revela.Core.Pipelines;

/// <summary>Names work by what goes in and what is done: equal keys mean equal results, so one run serves all (law 6).</summary>
public static class ContentKey
{
    /// <param name="inputSha256">Lower-case hex of the input's bytes.</param>
    /// <param name="pipeline">Normalised; its name and settings do not matter, only its steps.</param>
    /// <returns>Lower-case hex; null when an operation's result may differ from run to run: then nothing is shared.</returns>
    public static string? Of(string inputSha256, Pipeline pipeline, IOperations operations)
    {
        if (pipeline.Steps.Any(step => operations.Find(step.Op) is not { IsDeterministic: true })) return null;
        var work = new JsonArray([inputSha256, .. pipeline.Steps.Select(step => Describe(step, operations))]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(work.ToJsonString())));
    }

    static JsonObject Describe(Step step, IOperations operations)
    {
        var description = new JsonObject
        {
            ["op"] = step.Op,
            ["by"] = operations.EngineVersion(step),
            ["from"] = step.From,
            ["as"] = step.As,
            ["options"] = Sorted(step.Options),
        };
        if (step.Instead is { } instead) description["instead"] = new JsonArray([.. instead.Select(engine => operations.EngineVersion(step with { Engine = engine, Instead = null }))]);
        return description;
    }

    // The order in which a client wrote its options must not make another key.
    static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, Sorted(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
