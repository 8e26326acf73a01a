using Microsoft.Extensions.Logging.Console;

namespace Revela.App.Cli;

/// <summary>What a server or worker started from a terminal logs: one line each, to standard error.</summary>
static class Logs
{
    public static void Lines(ILoggingBuilder logging) => To(logging, LogLevel.Information);

    /// <summary>Only what should worry somebody, for verbs that have a display of their own.</summary>
    public static void Worries(ILoggingBuilder logging) => To(logging, LogLevel.Warning);

    static void To(ILoggingBuilder logging, LogLevel least)
    {
        logging.SetMinimumLevel(least).AddFilter("Microsoft", LogLevel.Warning);
        logging.AddSimpleConsole(lines => (lines.SingleLine, lines.TimestampFormat, lines.UseUtcTimestamp, lines.ColorBehavior) = (true, "HH:mm:ss.fff ", true, LoggerColorBehavior.Default));
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
