namespace Revela.Imaging.Isolation;

/// <summary>How a child died.</summary>
/// <param name="ExitCode">128 + signal for a death by signal, as shells and .NET count.</param>
/// <param name="LastWords">The end of what it printed on standard error; for logs only.</param>
/// <param name="Garbled">It was killed because it said what is not of the protocol.</param>
sealed record ChildDeath(int ExitCode, string LastWords, bool Garbled)
{
    /// <summary>GLib and .NET say so before they abort.</summary>
    public bool RanOutOfMemory => LastWords.Contains("failed to allocate", StringComparison.Ordinal) || LastWords.Contains("Out of memory", StringComparison.OrdinalIgnoreCase);

    /// <summary>By a signal that no decoder sends itself: the system's, when memory ends, or a person's.</summary>
    public bool WasKilled => ExitCode == 128 + 9 && !Garbled;

    /// <summary>Continues "The process that decoded the image ".</summary>
    public string InWords => Garbled ? "answered with something that is no answer" : ExitCode switch
    {
        128 + 4 => "ran into an illegal instruction (SIGILL)",
        128 + 5 or 128 + 6 => "gave itself up after an internal error (SIGABRT)",
        128 + 7 => "read memory that is not there (SIGBUS)",
        128 + 8 => "made an arithmetic error (SIGFPE)",
        128 + 9 => "was killed by the system (SIGKILL)",
        128 + 11 => "read or wrote memory that is not its own (SIGSEGV)",
        > 128 => $"was ended by signal {ExitCode - 128}",
        _ => $"ended by itself with code {ExitCode}",
    };
}
