using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Revela.Core.Pipelines;

namespace Revela.App.Pipelines;

/// <summary>Writes pipelines as people would: what has its default is left out, short steps stand in one line.</summary>
public static partial class PipelineYaml
{
    const int LongLine = 110;
    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The settings of a pipeline under the words of the file; options that have their default are left out.</summary>
    public static JsonObject SettingsOf(Pipeline pipeline, IOperations operations)
    {
        var plain = new Pipeline { Name = pipeline.Name, Steps = pipeline.Steps };
        var settings = new JsonObject();
        if (pipeline.Description is { } description) settings["description"] = description;
        if (pipeline.Queue != plain.Queue) settings["queue"] = pipeline.Queue;
        if (pipeline.Priority != plain.Priority) settings["priority"] = pipeline.Priority;
        if (pipeline.MaxAttempts != plain.MaxAttempts) settings["max_attempts"] = pipeline.MaxAttempts;
        if (BackoffOf(pipeline.Backoff) is { Count: > 0 } backoff) settings["backoff"] = backoff;
        if (pipeline.AttemptTimeout != plain.AttemptTimeout) settings["attempt_timeout"] = Durations.Write(pipeline.AttemptTimeout);
        if (pipeline.OutageDeadline != plain.OutageDeadline) settings["outage_deadline"] = Durations.Write(pipeline.OutageDeadline);
        settings["steps"] = new JsonArray([.. pipeline.Steps.Select(step => StepJson.Write(Lean(step, operations.Find(step.Op))))]);
        return settings;
    }

    public static string Write(Pipeline pipeline, IOperations operations) => Write(pipeline.Name, SettingsOf(pipeline, operations));

    /// <param name="settings">Under the words of the file; <c>steps</c> is a list of objects.</param>
    public static string Write(string name, JsonObject settings)
    {
        var yaml = new StringBuilder($"{Scalar(JsonValue.Create(name))}:\n");
        foreach (var (key, value) in settings)
            if (key != "steps") yaml.Append(CultureInfo.InvariantCulture, $"  {key}: {Flow(value)}\n");
        yaml.Append(settings["steps"] is JsonArray { Count: > 0 } ? "  steps:\n" : "  steps: []\n");
        foreach (var step in (settings["steps"] as JsonArray ?? []).OfType<JsonObject>()) WriteStep(yaml, step);
        return yaml.ToString();
    }

    /// <summary>The step without an engine and options that are those by default; options in the order of their schema.</summary>
    public static Step Lean(Step step, OperationInfo? operation)
    {
        var known = operation?.Schema["properties"] as JsonObject ?? [];
        var told = step.Options.Where(option => !JsonNode.DeepEquals(option.Value, known[option.Key]?["default"])).OrderBy(option => known.ContainsKey(option.Key) ? known.IndexOf(option.Key) : known.Count);
        var engine = step.Instead is null && step.Engine == operation?.Engines[0] ? null : step.Engine;
        return step with { Engine = engine, Options = new JsonObject(told.Select(option => KeyValuePair.Create(option.Key, option.Value?.DeepClone()))) };
    }

    static JsonObject BackoffOf(Backoff backoff)
    {
        var (plain, written) = (new Backoff(), new JsonObject());
        if (backoff.First != plain.First) written["first"] = Durations.Write(backoff.First);
        if (backoff.Factor != plain.Factor) written["factor"] = backoff.Factor;
        if (backoff.Jitter != plain.Jitter) written["jitter"] = backoff.Jitter;
        return written;
    }

    static void WriteStep(StringBuilder yaml, JsonObject step)
    {
        if (step.Count == 1 && step.ContainsKey("op"))
        {
            yaml.Append(CultureInfo.InvariantCulture, $"    - {Scalar(step["op"])}\n");
            return;
        }
        var line = $"    - {Flow(step)}\n";
        if (line.Length <= LongLine)
        {
            yaml.Append(line);
            return;
        }
        var mark = "    - ";
        foreach (var (key, value) in step)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"{mark}{key}: {Flow(value)}\n");
            mark = "      ";
        }
    }

    static string Flow(JsonNode? value) => value switch
    {
        JsonObject { Count: > 0 } map => $"{{ {string.Join(", ", map.Select(pair => $"{Scalar(JsonValue.Create(pair.Key))}: {Flow(pair.Value)}"))} }}",
        JsonArray { Count: > 0 } list => $"[{string.Join(", ", list.Select(Flow))}]",
        JsonObject => "{}",
        JsonArray => "[]",
        _ => Scalar(value),
    };

    // Text that would read as something else, or that YAML gives a meaning, stands in quotes, as JSON writes them.
    static string Scalar(JsonNode? value)
    {
        if (value is null) return "null";
        if (value.GetValueKind() != JsonValueKind.String) return value.ToJsonString(Readable);
        var text = value.GetValue<string>();
        return PlainText().IsMatch(text) && YamlJson.Plain(text)?.GetValueKind() == JsonValueKind.String ? text : JsonSerializer.Serialize(text, Readable);
    }

    [GeneratedRegex(@"\A[\p{L}\p{N}][\p{L}\p{N}_./()×–-]*(?: [\p{L}\p{N}_./()×–-]+)*\z")]
    private static partial Regex PlainText();
}
