using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.App.Dashboard.Develop;
using Revela.App.Pipelines;
using Revela.Core.Pipelines;

namespace Revela.App.Dashboard.Pipelines;

/// <summary>Reads what somebody made of a pipeline in the editor: by its fields, or by its text where they changed that.</summary>
public sealed class DraftForm(IOperations operations)
{
    static readonly string[] Words = ["description", "queue", "attempt_timeout", "outage_deadline"], Numbers = ["priority", "max_attempts"];

    /// <param name="order">What to do with the steps: <c>add</c>, <c>up-3</c>, <c>down-3</c> or <c>remove-3</c>; anything else changes nothing.</param>
    public PipelineDraft Read(IFormCollection form, string order)
    {
        var text = form["yaml"].ToString();
        var typed = PipelineDraft.Of(text, operations);
        var (name, settings) = (form["name"].ToString().Trim(), Settings(form));
        var written = PipelineYaml.Write(name, settings);
        if (PipelineDraft.FingerprintOf(text) == form["shown"] && !Says(typed, written)) typed = PipelineDraft.Of(written, operations);
        // What cannot be read leaves the form as it was.
        if (typed.Pipeline is null) return typed with { Pipeline = PipelineDraft.Of(written, operations).Pipeline, IsShown = false };
        var now = PipelineYaml.SettingsOf(typed.Pipeline, operations);
        return StepOrder.Give((JsonArray)now["steps"]!, order, form["op"].ToString(), operations)
            ? PipelineDraft.Of(PipelineYaml.Write(typed.Pipeline.Name, now), operations) : typed;
    }

    // The text with its comments stays for as long as the fields say the same.
    bool Says(PipelineDraft typed, string written) => typed.Pipeline is { } pipeline && PipelineYaml.Write(pipeline, operations) == written;

    JsonObject Settings(IFormCollection form)
    {
        var settings = new JsonObject();
        foreach (var word in Words[..2]) if (Text(form[word]) is { } text) settings[word] = text;
        foreach (var word in Numbers) if (Text(form[word]) is { } text) settings[word] = Number(text);
        var backoff = new JsonObject();
        if (Text(form["backoff-first"]) is { } first) backoff["first"] = first;
        foreach (var word in (string[])["factor", "jitter"]) if (Text(form[$"backoff-{word}"]) is { } text) backoff[word] = Number(text);
        if (backoff.Count > 0) settings["backoff"] = backoff;
        foreach (var word in Words[2..]) if (Text(form[word]) is { } text) settings[word] = text;
        var count = int.TryParse(form["steps"], NumberStyles.None, CultureInfo.InvariantCulture, out var steps) ? Math.Min(steps, PipelineRules.MaxSteps) : 0;
        settings["steps"] = new JsonArray([.. Enumerable.Range(0, count).Select(i => Step(i, form)).OfType<JsonNode>()]);
        return settings;
    }

    JsonObject? Step(int index, IFormCollection form)
    {
        if (Text(form[$"step-{index}-op"]) is not { } op) return null;
        var fields = StepForm.Of(index, new Step(op, []), operations);
        var options = fields is null ? Parsed(form[$"step-{index}-raw"].ToString()) : StepForm.Typed(fields, form);
        string[] engines = [.. form[$"step-{index}-engine"].Concat(form[$"step-{index}-instead"]).OfType<string>().Where(engine => engine.Length > 0).Distinct()];
        var step = new Step(op, options, engines.FirstOrDefault(), Text(form[$"step-{index}-from"]), Text(form[$"step-{index}-as"])) { Instead = engines.Length > 1 ? engines[1..] : null };
        return StepJson.Write(PipelineYaml.Lean(step, fields?.Operation));
    }

    static JsonObject Parsed(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    // What is no number stays text, for whoever checks it to tell.
    static JsonNode Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? JsonValue.Create(whole)
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? JsonValue.Create(real) : JsonValue.Create(text);

    static string? Text(string? field) => field?.Trim() is { Length: > 0 } text ? text : null;
}

/// <summary>An order about the steps of a pipeline, as a button of the editor gives it.</summary>
static class StepOrder
{
    public const string Add = "add", Up = "up", Down = "down", Remove = "remove";

    /// <summary>False when the order means nothing to these steps.</summary>
    public static bool Give(JsonArray steps, string order, string op, IOperations operations)
    {
        if (order == Add)
        {
            if (operations.Find(op) is null || steps.Count >= PipelineRules.MaxSteps) return false;
            steps.Add(new JsonObject { ["op"] = op });
            return true;
        }
        if (Parse(order) is not (var verb, var index) || index >= steps.Count) return false;
        var to = verb switch { Up => index - 1, Down => index + 1, _ => index };
        if (to < 0 || to >= steps.Count) return false;
        var step = steps[index];
        steps.RemoveAt(index);
        if (verb != Remove) steps.Insert(to, step);
        return true;
    }

    /// <summary>The field or button that somebody goes on from; null where that is up to the page.</summary>
    public static string? Focus(string order, int steps) => order == Add ? $"step-{steps - 1}" : Parse(order) switch
    {
        (Up, var index) => index - 1 > 0 ? $"up-{index - 1}" : $"down-{index - 1}",
        (Down, var index) => index + 1 < steps - 1 ? $"down-{index + 1}" : $"up-{index + 1}",
        (Remove, var index) => steps == 0 ? "op" : $"step-{Math.Min(index, steps - 1)}",
        _ => null,
    };

    static (string Verb, int Index)? Parse(string order) =>
        order.Split('-') is [Up or Down or Remove, var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? (order.Split('-')[0], index) : null;
}
