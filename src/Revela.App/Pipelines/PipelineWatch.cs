using Revela.Core.Queues;

namespace Revela.App.Pipelines;

/// <summary>Has the pipelines' file read again when somebody has changed it, whoever and wherever that was.</summary>
public sealed partial class PipelineWatch(PipelineBook book, ISignals signals, TimeProvider time, ILogger<PipelineWatch> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping)) Look();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    void Look()
    {
        try
        {
            if (!book.Refresh()) return;
            // Applications are told what there is.
            signals.Ring(Signal.Inbox);
            if (book.Trouble is { } mistakes) HasMistakes(log, mistakes);
            else WasRead(log, book.Catalog.All.Count);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody is writing it: the next look reads it.
            NotRead(log, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "pipelines.yaml was read again: {Count} pipelines")]
    static partial void WasRead(ILogger log, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "pipelines.yaml has mistakes, and what it said before holds:\n{Mistakes}")]
    static partial void HasMistakes(ILogger log, string mistakes);

    [LoggerMessage(Level = LogLevel.Debug, Message = "pipelines.yaml could not be read")]
    static partial void NotRead(ILogger log, Exception e);
}
