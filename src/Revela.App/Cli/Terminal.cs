using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.Core;
using Spectre.Console;

namespace Revela.App.Cli;

/// <summary>Where verbs write: results to standard output, everything said about them to standard error, so that output can be piped.</summary>
public sealed class Terminal
{
    static readonly JsonSerializerOptions Indented = new(RevelaJson.Options) { WriteIndented = true };

    public TextReader In { get; init; } = Console.In;
    public TextWriter Out { get; init; } = Console.Out;
    public TextWriter Error { get; init; } = Console.Error;

    /// <summary>Standard error with colours and moving bars where the terminal has them.</summary>
    public IAnsiConsole Screen => field ??= AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Whether a person watches; else nothing moves and lines are plain.</summary>
    public bool IsWatched { get; init; } = !Console.IsErrorRedirected;

    /// <summary>Whether a person types; else what is asked for is read from standard input, a line each.</summary>
    public bool IsTyped { get; init; } = !Console.IsInputRedirected;

    public void Say(string line) => Error.WriteLine(line);

    public void Print(string line) => Out.WriteLine(line);

    public void PrintJson(object value, bool indented = true) => Out.WriteLine(value is JsonNode node
        ? node.ToJsonString(indented ? Indented : RevelaJson.Options)
        : JsonSerializer.Serialize(value, indented ? Indented : RevelaJson.Options));

    /// <summary>Something that is not shown while it is typed.</summary>
    public string AskSecret(string question) => IsTyped ? Screen.Prompt(new TextPrompt<string>(question).Secret()) : In.ReadLine() ?? "";

    /// <summary>A table without frames; the last column takes what is left.</summary>
    public void PrintTable(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.Prepend(heads).ToArray();
        var widths = heads.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
            Out.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
