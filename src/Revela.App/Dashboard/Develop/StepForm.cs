using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Dashboard.Develop;

/// <summary>The settings of a pipeline's steps as a form: a field for each option in the schema of its operation.</summary>
public static class StepForm
{
    /// <summary>Longer texts get a field of several lines.</summary>
    const int LongText = 200;
    const int MaxText = 10_000;

    public static IReadOnlyList<StepFields> Of(Pipeline pipeline, IOperations operations) =>
        [.. pipeline.Steps.Select((step, index) => Of(index, step, operations)).OfType<StepFields>()];

    /// <summary>Null when there is no such operation.</summary>
    public static StepFields? Of(int index, Step step, IOperations operations) =>
        operations.Find(step.Op) is { } operation ? new StepFields(index, step, operation, FieldsOf(index, step, operation)) : null;

    /// <summary>The options as they were typed, without those that have their default. What cannot be read stays text, for whoever checks them to tell.</summary>
    public static JsonObject Typed(StepFields step, IFormCollection form)
    {
        var options = new JsonObject();
        foreach (var field in step.Fields)
        {
            var text = form[field.Name].ToString().Trim();
            var value = Value(field, text, []) ?? (text.Length > 0 ? JsonValue.Create(text) : null);
            var isDefault = Spelled(value) == (field.Kind == OptionKind.Switch && field.Default.Length == 0 ? "false" : field.Default);
            if (value is not null && !isDefault) options[field.Option] = value;
        }
        return options;
    }

    /// <summary>The pipeline with the settings that a form of <see cref="Of"/> was sent with.</summary>
    /// <exception cref="RevelaException"><c>invalid-options</c>, with every mistake.</exception>
    public static Pipeline Read(Pipeline pipeline, IFormCollection form, IOperations operations)
    {
        var mistakes = new List<string>();
        var fields = Of(pipeline, operations).ToDictionary(step => step.Index);
        var steps = pipeline.Steps.Select((step, index) => fields.TryGetValue(index, out var known) ? Read(known, form, mistakes) : step).ToArray();
        var changed = mistakes.Count > 0 ? null : PipelineRules.Check(pipeline with { Steps = steps }, operations, mistakes);
        return changed ?? throw new RevelaException(ErrorCodes.InvalidOptions, string.Join("; ", mistakes) + ".");
    }

    static Step Read(StepFields step, IFormCollection form, List<string> mistakes)
    {
        var options = (JsonObject)step.Step.Options.DeepClone();
        foreach (var field in step.Fields)
        {
            options.Remove(field.Option);
            if (Value(field, form[field.Name].ToString().Trim(), mistakes) is { } value) options[field.Option] = value;
        }
        var engine = form[step.EngineField].ToString();
        if (engine.Length == 0 || engine == step.Step.Engine) return step.Step with { Options = options };
        return step.Step with { Options = options, Engine = engine, Instead = null };
    }

    static JsonNode? Value(OptionField field, string text, List<string> mistakes)
    {
        if (field.Kind == OptionKind.Switch) return JsonValue.Create(text.Length > 0);
        if (text.Length == 0) return null;
        if (text.Length > MaxText) mistakes.Add($"{field.Option} is too long");
        else if (field.Kind is OptionKind.Choice or OptionKind.Text or OptionKind.LongText) return JsonValue.Create(text);
        else if (field.Kind == OptionKind.Whole && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return JsonNode.Parse(whole.ToString(CultureInfo.InvariantCulture));
        else if (field.Kind == OptionKind.Real && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real)) return JsonNode.Parse(real.ToString("R", CultureInfo.InvariantCulture));
        else if (field.Kind == OptionKind.Json && Parsed(text) is { } parsed) return parsed;
        else mistakes.Add($"{field.Option} cannot be read");
        return null;
    }

    static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static IReadOnlyList<OptionField> FieldsOf(int index, Step step, OperationInfo operation)
    {
        var properties = operation.Schema["properties"] as JsonObject ?? [];
        return [.. properties.Select(one => Field(index, one.Key, one.Value as JsonObject ?? [], step.Options[one.Key]))];
    }

    static OptionField Field(int index, string option, JsonObject schema, JsonNode? value) => new(
        $"step-{index}-{option}", option, KindOf(schema), schema["description"]?.ToString(), Spelled(value), Spelled(schema["default"]),
        Spelled(schema["minimum"]), Spelled(schema["maximum"]), [.. (schema["enum"] as JsonArray ?? []).Select(Spelled)]);

    static OptionKind KindOf(JsonObject schema) => schema["enum"] is not null ? OptionKind.Choice : TypeOf(schema["type"]) switch
    {
        "boolean" => OptionKind.Switch,
        "integer" => OptionKind.Whole,
        "number" => OptionKind.Real,
        "string" => schema["maxLength"]?.GetValue<int>() > LongText ? OptionKind.LongText : OptionKind.Text,
        _ => OptionKind.Json,
    };

    static string? TypeOf(JsonNode? type) => type is JsonArray several ? several.Select(one => one?.ToString()).FirstOrDefault(name => name is not (null or "null")) : type?.ToString();

    static string Spelled(JsonNode? value) => value is null ? "" : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
}

/// <summary>A step with a field for each of its options.</summary>
public sealed record StepFields(int Index, Step Step, OperationInfo Operation, IReadOnlyList<OptionField> Fields)
{
    public string EngineField => $"step-{Index}-engine";
}

/// <summary>How an option is asked for.</summary>
public enum OptionKind
{
    Choice,
    Switch,
    Whole,
    Real,
    Text,
    LongText,

    /// <summary>Lists and objects, written as JSON.</summary>
    Json,
}

/// <param name="Name">Of the field.</param>
/// <param name="Value">As it is set; empty when it is not.</param>
/// <param name="Default">What stands in for an empty one; empty where nothing does.</param>
public sealed record OptionField(
    string Name, string Option, OptionKind Kind, string? Description, string Value, string Default, string Minimum, string Maximum, IReadOnlyList<string> Choices);
