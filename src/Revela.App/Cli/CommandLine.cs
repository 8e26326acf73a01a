using System.CommandLine;
using System.CommandLine.Parsing;

namespace Revela.App.Cli;

/// <summary>Every verb on one screen, and how a command line is run.</summary>
public static class CommandLine
{
    /// <summary>A running job gets a moment to be given back before the process ends.</summary>
    static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(60);

    public static RootCommand Root(Terminal terminal) => new(
        """
        Revela develops images in the background: it takes them in, answers at once, and loses nothing that it took.

        Exit codes: 0 done, 1 something failed, 2 the command line makes no sense, 3 the server does not answer or is not trusted, 4 the key is not taken, 130 stopped by Ctrl-C.
        """)
    {
        new Serve(terminal).Verb(),
        new Work(terminal).Verb(),
        new Submit(terminal).Verb(),
        new Jobs(terminal).Verb(),
        new Queues(terminal).Verb(),
        new Statistics(terminal).Verb(),
        new Budgets(terminal).Verb(),
        new Process(terminal).Verb(),
        new Models(terminal).Verb(),
        new Keys(terminal).Verb(),
        new Users(terminal).Verb(),
        new Doctor(terminal).Verb(),
        new Erase(terminal).Verb(),
        new Verify(terminal).Verb(),
        new Migrate(terminal).Verb(),
        new Demo(terminal).Verb(),
        new Fakes(terminal).Verb(),
    };

    public static async Task<int> Run(string[] arguments, Terminal terminal)
    {
        var parsed = Root(terminal).Parse(arguments.Length == 0 ? ["--help"] : arguments);
        if (parsed.Errors.Count > 0) return Misspelt(parsed, terminal);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                Output = terminal.Out,
                Error = terminal.Error,
                ProcessTerminationTimeout = StopWithin,
            });
        }
        catch (Exception e)
        {
            return Failures.Report(e, terminal);
        }
    }

    static int Misspelt(ParseResult parsed, Terminal terminal)
    {
        var verb = string.Join(' ', Above(parsed.CommandResult).Reverse().Select(command => command.Name == parsed.RootCommandResult.Command.Name ? "revela" : command.Name));
        terminal.Say($"revela: {parsed.Errors[0].Message.TrimEnd('.')} ({verb} --help)");
        return ExitCode.Usage;
    }

    static IEnumerable<Command> Above(CommandResult result)
    {
        for (SymbolResult? at = result; at is not null; at = at.Parent)
            if (at is CommandResult command) yield return command.Command;
    }
}
