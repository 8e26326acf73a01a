namespace Revela.App.Cli;

/// <summary>What the process ends with; documented in docs/cli.md and <c>--help</c>, never renumbered.</summary>
public static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Something that was asked for could not be done: a job failed, a check found fault.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the settings make no sense; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>No server answers at the address, or none whose certificate is trusted.</summary>
    public const int Unreachable = 3;

    /// <summary>The server does not take the key, or the key lacks the scope.</summary>
    public const int NotAllowed = 4;

    /// <summary>Ended by Ctrl-C.</summary>
    public const int Interrupted = 130;
}

/// <summary>A verb cannot go on; the message is one sentence for the person at the terminal.</summary>
sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
