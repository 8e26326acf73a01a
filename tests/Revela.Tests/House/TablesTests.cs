using System.Collections;
using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Revela.App;
using Revela.App.Api;
using Revela.App.Cli;
using Revela.App.Pipelines;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Imaging.Operations;
using Shouldly;
using Xunit;

namespace Revela.Tests.House;

/// <summary>The tables of the documents say what the code does.</summary>
public sealed partial class TablesTests
{
    [Fact]
    public void The_table_of_operations_is_current() => GeneratedText.MustBe("docs/operations.md", "operations", Operations());

    [Fact]
    public void The_table_of_pipelines_is_current() => GeneratedText.MustBe("docs/pipelines.md", "pipelines", Pipelines());

    [Fact]
    public void The_table_of_settings_is_current() => GeneratedText.MustBe("docs/limits.md", "settings", Settings());

    [Fact]
    public async Task The_help_of_the_command_line_is_current() => GeneratedText.MustBe("docs/cli.md", "verbs", await Help());

    [Fact]
    public void Every_error_code_is_explained_with_its_status()
    {
        var rows = ErrorRow().Matches(Repository.Read("docs/errors.md")).ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value.Trim());
        var codes = typeof(ErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);
        rows.Keys.ShouldBe(codes, ignoreOrder: true);
        foreach (var (code, status) in rows)
            if (status.Length > 0) status.ShouldBe(Problems.StatusOf(code).ToString(CultureInfo.InvariantCulture), code);
    }

    static string Operations()
    {
        var text = new StringBuilder("| operation | what it does |\n|---|---|\n");
        var all = new OperationCatalog().All;
        foreach (var operation in all) text.Append($"| [`{operation.Name}`](#{operation.Name}) | {operation.Summary} |\n");
        foreach (var operation in all)
        {
            text.Append($"\n## {operation.Name}\n{operation.Summary}\n");
            var required = operation.Schema["required"]?.AsArray().Select(name => name!.ToString()).ToArray() ?? [];
            var options = operation.Schema["properties"]?.AsObject() ?? [];
            if (options.Count > 0) text.Append("\n| option | values | default | |\n|---|---|---|---|\n");
            foreach (var (name, schema) in options)
                text.Append($"| `{name}` | {Values(schema!.AsObject())} | {(required.Contains(name) ? "required" : Code(schema["default"]))} | {schema["description"]} |\n");
        }
        return text.ToString();
    }

    static string Values(JsonObject schema)
    {
        if (schema["enum"] is JsonArray choices) return string.Join(", ", choices.Where(choice => choice is not null).Select(choice => $"`{choice}`"));
        var type = schema["type"] is JsonArray types ? types.First(one => one?.ToString() != "null")!.ToString() : schema["type"]?.ToString() ?? "any";
        return (schema["minimum"], schema["maximum"]) is ({ } least, { } most) ? $"{type}, {Number(least)} to {Number(most)}" : type;
    }

    static string Number(JsonNode node) => double.Parse(node.ToString(), CultureInfo.InvariantCulture).ToString("0.###", CultureInfo.InvariantCulture);

    static string Code(JsonNode? node) => node is null ? "" : $"`{node.ToJsonString().Trim('"')}`";

    static string Pipelines()
    {
        var text = new StringBuilder("| pipeline | what comes out | steps |\n|---|---|---|\n");
        foreach (var pipeline in PipelineFile.Load(null, new OperationCatalog()).All)
            text.Append($"| `{pipeline.Name}` | {pipeline.Description} | {string.Join(", ", pipeline.Steps.Select(step => $"`{step.Op}`"))} |\n");
        return text.ToString();
    }

    static async Task<string> Help()
    {
        var text = new StringBuilder();
        var root = CommandLine.Root(new Terminal());
        foreach (var command in Verbs(root, []))
        {
            var output = new StringWriter { NewLine = "\n" };
            (await CommandLine.Run([.. command, "--help"], new Terminal { Out = output, Error = output })).ShouldBe(0);
            // The program that runs the tests has another name.
            var lines = output.ToString().Split('\n').Select(line => line.Replace($"  {root.Name} ", "  revela ", StringComparison.Ordinal).TrimEnd());
            text.Append($"### revela {string.Join(' ', command)}\n```\n{string.Join('\n', lines).Trim('\n')}\n```\n\n");
        }
        return text.ToString();
    }

    static IEnumerable<string[]> Verbs(Command above, string[] path) => above.Subcommands.SelectMany(
        command => command.Subcommands.Count == 0 ? [[.. path, command.Name]] : Verbs(command, [.. path, command.Name]));

    static string Settings()
    {
        var text = new StringBuilder("| setting | variable | default | |\n|---|---|---|---|\n");
        foreach (var (name, value, summary) in Settings(new RevelaOptions(), []))
            text.Append($"| `{name}` | `REVELA_{name.Replace('.', '_').ToUpperInvariant()}` | {value} | {summary} |\n");
        return text.ToString();
    }

    static IEnumerable<(string Name, string Default, string? Summary)> Settings(object options, string[] path)
    {
        foreach (var property in options.GetType().GetProperties().Where(property => property.CanWrite))
        {
            string[] here = [.. path, JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)];
            var value = property.GetValue(options);
            if (value?.GetType().Namespace?.StartsWith("Revela", StringComparison.Ordinal) == true)
                foreach (var inner in Settings(value, here)) yield return inner;
            else yield return (string.Join('.', here), Spell(property.Name, value), Summary(property));
        }
    }

    static string Spell(string name, object? value) => value switch
    {
        // The same document on every machine.
        _ when name == nameof(WorkerOptions.Slots) => "one per processor, and one more",
        _ when name == nameof(WorkerOptions.Megabytes) => "a quarter of the machine",
        null or ICollection { Count: 0 } => "",
        // As the settings file takes it.
        TimeSpan time => $"`{Durations.Write(time).Replace(" min", "m").Replace(" ", "")}`",
        bool flag => flag ? "`true`" : "`false`",
        _ => $"`{System.Convert.ToString(value, CultureInfo.InvariantCulture)}`",
    };

    static string? Summary(PropertyInfo property) => (
        from source in Repository.In("src")
        from type in source.Types
        where type.Identifier.ValueText == property.DeclaringType!.Name
        from declared in type.ChildNodes().OfType<PropertyDeclarationSyntax>()
        where declared.Identifier.ValueText == property.Name
        select Source.SummaryOf(declared)).FirstOrDefault();

    [GeneratedRegex(@"^\| `([a-z-]+)` \|([^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex ErrorRow();
}
