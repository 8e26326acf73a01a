using System.Globalization;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Revela.App.Pipelines;

/// <summary>Reads pipelines from YAML (docs/pipelines.md). Every mistake of a file is told at once, each with its line.</summary>
public sealed class PipelineFile
{
    const string BuiltInName = "built-in.yaml";
    static readonly string[] Settings = ["description", "queue", "priority", "max_attempts", "backoff", "attempt_timeout", "outage_deadline", "steps"];
    static readonly string[] BackoffSettings = ["first", "factor", "jitter"];

    readonly IOperations operations;
    readonly List<PipelineMistake> mistakes = [];
    readonly List<Pipeline> drafts = [];

    PipelineFile(IOperations operations) => this.operations = operations;

    /// <summary>The built-in pipelines and those of a file, if there is one.</summary>
    /// <exception cref="RevelaException"><c>invalid-pipeline</c> with every mistake, a line each.</exception>
    public static PipelineCatalog Load(string? path, IOperations operations)
    {
        var builtIn = ReadBuiltIn(operations);
        if (path is null || !File.Exists(path)) return new PipelineCatalog(builtIn);
        return new PipelineCatalog([.. builtIn, .. Read(File.ReadAllText(path), Path.GetFileName(path), operations)]);
    }

    public static IReadOnlyList<Pipeline> ReadBuiltIn(IOperations operations) => Read(BuiltIn(), BuiltInName, operations);

    /// <summary>What can be read of a text with mistakes in it, and all of these.</summary>
    /// <returns>Pipelines as they are written: neither checked nor with defaults in their options.</returns>
    public static (IReadOnlyList<Pipeline> Drafts, IReadOnlyList<PipelineMistake> Mistakes) Sketch(string yaml, IOperations operations)
    {
        var reader = new PipelineFile(operations);
        reader.Read(yaml);
        return (reader.drafts, [.. reader.mistakes.OrderBy(mistake => mistake.Line)]);
    }

    /// <param name="file">What mistakes name as their place.</param>
    /// <exception cref="RevelaException"><c>invalid-pipeline</c> with every mistake, a line each.</exception>
    public static IReadOnlyList<Pipeline> Read(string yaml, string file, IOperations operations)
    {
        var reader = new PipelineFile(operations);
        var pipelines = reader.Read(yaml);
        if (reader.mistakes.Count == 0) return pipelines;
        var told = reader.mistakes.OrderBy(mistake => mistake.Line).Select(mistake => string.Create(CultureInfo.InvariantCulture, $"{file}:{mistake.Line}: {mistake.Text}"));
        throw new RevelaException(ErrorCodes.InvalidPipeline, string.Join('\n', told));
    }

    static string BuiltIn()
    {
        using var text = new StreamReader(typeof(PipelineFile).Assembly.GetManifestResourceStream(BuiltInName)!);
        return text.ReadToEnd();
    }

    List<Pipeline> Read(string yaml)
    {
        var found = new List<Pipeline>();
        if (Parse(yaml) is not { } root) return found;
        foreach (var (key, value) in root.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (value is not YamlMappingNode settings) Mistake(value, $"{name}: a pipeline is a mapping with 'steps'");
            else if (ReadPipeline(name, key, settings) is { } pipeline) found.Add(pipeline);
        }
        return found;
    }

    YamlMappingNode? Parse(string yaml)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException e)
        {
            Mistake(e.Start.Line, $"this is not YAML: {e.Message}");
            return null;
        }
        catch (InvalidOperationException)
        {
            // How the parser meets a bracket that is never closed.
            Mistake(1, "this is not YAML: a bracket or quote is not closed");
            return null;
        }
        if (stream.Documents.Count == 0) return null;
        if (stream.Documents is [{ RootNode: YamlMappingNode root }]) return root;
        Mistake(1, "the file must be one mapping of names to pipelines");
        return null;
    }

    Pipeline? ReadPipeline(string name, YamlNode key, YamlMappingNode settings)
    {
        var before = mistakes.Count;
        OnlyKnown(settings, Settings, name);
        var (steps, places) = ReadSteps(name, key, settings);
        var backoff = Child(settings, "backoff") as YamlMappingNode ?? [];
        OnlyKnown(backoff, BackoffSettings, $"{name}: backoff");
        var defaults = new Pipeline { Name = name, Steps = steps };
        var draft = defaults with
        {
            Description = Text(settings, "description"),
            Queue = Text(settings, "queue") ?? defaults.Queue,
            Priority = (int)Number(settings, "priority", name, int.MinValue, int.MaxValue, whole: true, defaults.Priority),
            MaxAttempts = (int)Number(settings, "max_attempts", name, 1, PipelineRules.MaxAttempts, whole: true, defaults.MaxAttempts),
            AttemptTimeout = Time(settings, "attempt_timeout", name, defaults.AttemptTimeout),
            OutageDeadline = Time(settings, "outage_deadline", name, defaults.OutageDeadline),
            Backoff = defaults.Backoff with
            {
                First = Time(backoff, "first", $"{name}: backoff", defaults.Backoff.First),
                Factor = Number(backoff, "factor", $"{name}: backoff", 1, 10, whole: false, defaults.Backoff.Factor),
                Jitter = Number(backoff, "jitter", $"{name}: backoff", 0, 1, whole: false, defaults.Backoff.Jitter),
            },
        };
        drafts.Add(draft);
        // A step that could not even be read would shift the numbers of the others.
        var unread = places.Count != steps.Count;
        var checkedOne = unread ? null : PipelineRules.Check(draft, operations, (step, text) =>
            Mistake(step is { } i ? places[i] : key, step is { } n ? $"{name}: step {n + 1} ({steps[n].Op}): {text}" : $"{name}: {text}"));
        return mistakes.Count == before ? checkedOne : null;
    }

    (List<Step> Steps, List<YamlNode> Places) ReadSteps(string name, YamlNode key, YamlMappingNode settings)
    {
        var steps = new List<Step>();
        var places = new List<YamlNode>();
        if (Child(settings, "steps") is not YamlSequenceNode list)
        {
            Mistake(Child(settings, "steps") ?? key, $"{name}: 'steps' must be a list of operations");
            places.Add(key);
            return (steps, places);
        }
        foreach (var node in list.Children)
        {
            places.Add(node);
            var found = new List<string>();
            // A bare word is an operation without options.
            var json = node is YamlScalarNode { Value: { } op } ? new System.Text.Json.Nodes.JsonObject { ["op"] = op } : YamlJson.Convert(node);
            if (StepJson.Read(json, found) is { } step) steps.Add(step);
            foreach (var text in found) Mistake(node, $"{name}: step {places.Count}: {text}");
        }
        return (steps, places);
    }

    void OnlyKnown(YamlMappingNode map, string[] known, string where)
    {
        foreach (var key in map.Children.Keys)
            if ((key as YamlScalarNode)?.Value is not { } word || !known.Contains(word))
                Mistake(key, $"{where}: '{key}' is not one of {string.Join(", ", known)}");
    }

    double Number(YamlMappingNode map, string key, string where, double least, double most, bool whole, double otherwise)
    {
        if (Child(map, key) is not { } node) return otherwise;
        if (node is YamlScalarNode { Value: { } text }
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most && (!whole || number == Math.Truncate(number))) return number;
        Mistake(node, string.Create(CultureInfo.InvariantCulture, $"{where}: {key} must be a {(whole ? "whole " : "")}number from {least} to {most}"));
        return otherwise;
    }

    TimeSpan Time(YamlMappingNode map, string key, string where, TimeSpan otherwise)
    {
        if (Child(map, key) is not { } node) return otherwise;
        if (node is YamlScalarNode { Value: { } text } && Durations.TryParse(text, out var duration)) return duration;
        Mistake(node, $"{where}: {key} must be a time such as 500 ms, 2 s, 5 min, 1 h or 7 d");
        return otherwise;
    }

    static string? Text(YamlMappingNode map, string key) => (Child(map, key) as YamlScalarNode)?.Value;

    static YamlNode? Child(YamlMappingNode map, string key) => map.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;

    void Mistake(YamlNode place, string text) => Mistake(place.Start.Line, text);

    void Mistake(long line, string text) => mistakes.Add(new PipelineMistake(line, text));
}

/// <summary>What is wrong in a text, and where.</summary>
/// <param name="Line">From 1.</param>
public sealed record PipelineMistake(long Line, string Text);
