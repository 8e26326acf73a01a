using System.Text.Json.Nodes;
using Revela.App.Cli;

namespace Revela.Tests.App.Cli;

/// <summary>One command line run in this process, and what it said.</summary>
sealed record Session(int ExitCode, string Out, string Error)
{
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public JsonObject Json => JsonNode.Parse(Out)!.AsObject();

    public static Task<Session> Run(params string[] arguments) => Type("", arguments);

    /// <param name="input">What stands on standard input.</param>
    public static async Task<Session> Type(string input, params string[] arguments)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var code = await CommandLine.Run(arguments, new Terminal { Out = TextWriter.Synchronized(output), Error = TextWriter.Synchronized(error), IsWatched = false, In = new StringReader(input), IsTyped = false });
        return new Session(code, output.ToString(), error.ToString());
    }
}
