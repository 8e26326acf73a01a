using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Imaging.Operations;

namespace Revela.Imaging.Isolation;

/// <summary>
/// Runs steps in child processes, so that a crash, a hang or a hunger for memory ends one run and nothing else.
/// One child per concurrent run; each is started when first needed, used again, and replaced when it died or grew old.
/// </summary>
public sealed partial class ChildPool : IStepRunner, IAsyncDisposable
{
    const long Megabyte = 1024 * 1024;

    /// <summary>Megabytes between the memory watch and the wall: thread stacks and heaps count there though nothing touches them.</summary>
    const int WallMargin = 256;

    readonly ChildCommand command;
    readonly ChildPoolOptions options;
    readonly TimeProvider time;
    readonly ILogger<ChildPool> log;
    readonly ChildStarter starter = new();
    readonly ConcurrentDictionary<int, Child> living = [];
    readonly IdleChildren idle;
    readonly DistrustedModels distrusted;
    readonly MemoryLessons? lessons;
    volatile bool closing;

    /// <param name="lessons">Learn from what runs take; null to learn nothing.</param>
    public ChildPool(ChildCommand command, ChildPoolOptions options, TimeProvider time, ILogger<ChildPool> log, MemoryLessons? lessons = null)
    {
        (this.command, this.options, this.time, this.log, this.lessons) = (command, options, time, log, lessons);
        idle = new IdleChildren(options, time, Retire);
        distrusted = new DistrustedModels(time);
    }

    /// <summary>Process ids of the children that live now.</summary>
    public IReadOnlyCollection<int> Children => [.. living.Keys];

    /// <summary>Starts the spare children now, so that the first runs need not wait for them.</summary>
    /// <exception cref="OutageException">None can be started.</exception>
    public async Task WarmUp(CancellationToken cancel)
    {
        for (var i = idle.Count; i < options.Spares; i++) idle.Add(await StartChild(cancel));
    }

    public async Task<StepOutcome> Run(StepRun run, IProgress<StepProgress> progress, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        for (var retry = false; ; retry = true)
        {
            var child = idle.Take() ?? await StartChild(cancel);
            var end = await Develop(child, run, progress, cancel);
            if (end.How is ChildEnd.Replied) GiveBack(child);
            if (end.How is not ChildEnd.Died died || !end.IsInnocent) return Judge(end, run, cancel);

            LogLost(child.Id, died.Death.InWords, died.Death.LastWords);
            if (retry || closing) throw Unavailable(null);
            RemoveLeftovers(run);
        }
    }

    public async ValueTask DisposeAsync()
    {
        closing = true;
        idle.Dispose();
        foreach (var child in living.Values) child.Kill();
        foreach (var child in living.Values) await child.Died;
        starter.Dispose();
    }

    /// <param name="IsInnocent">
    /// Nothing in the image explains the child's death: it had not taken the run yet, or was killed from outside while it kept within its memory
    /// (as when another process used up the machine's).
    /// </param>
    /// <param name="Blame">The network that worked when the child died or was told to stop.</param>
    sealed record End(ChildEnd How, Stop Stop, int StepIndex, bool IsInnocent, string? Blame);

    async Task<End> Develop(Child child, StepRun run, IProgress<StepProgress> progress, CancellationToken cancel)
    {
        var before = child.Memory;
        var begun = child.Begin(run with { Distrusted = distrusted.Now }, (run.Megabytes + options.MemoryMargin + WallMargin) * Megabyte, progress);
        using var guard = new RunGuard(child, begun, run, before, options, time, cancel);
        var how = await begun.Ended;
        var stop = guard.Reason;
        var isInnocent = stop == Stop.None && how is ChildEnd.Died died && (!begun.HasBegun || died.Death.WasKilled && guard.KeptItsWord);
        return new End(how, stop, begun.StepIndex, isInnocent, guard.Blame ?? (how is ChildEnd.Died ? begun.Blame : null));
    }

    StepOutcome Judge(End end, StepRun run, CancellationToken cancel)
    {
        if (end.Stop == Stop.Cancelled) throw new OperationCanceledException(cancel);
        if (closing && end.How is ChildEnd.Died) throw Unavailable(null);
        var outcome = (end.How, end.Stop) switch
        {
            (ChildEnd.Replied { Reply.Kind: not ChildReply.Cancelled } replied, _) => Outcome(replied.Reply, run),
            (_, Stop.TooLarge) => Crashes.TooLarge(run, end.StepIndex),
            (_, Stop.TimedOut) => Crashes.TimedOut(end.StepIndex),
            (ChildEnd.Died { Death.RanOutOfMemory: true }, _) => Crashes.TooLarge(run, end.StepIndex),
            (ChildEnd.Died died, _) => Crashes.Died(died.Death, end.StepIndex),
            _ => Crashes.Nonsense(end.StepIndex),
        };
        if (outcome is StepOutcome.Crashed { Error.Error.Code: ErrorCodes.TooLarge }) lessons?.NoteTooLarge(run.Steps);
        if (outcome is StepOutcome.Crashed fatal && end.Blame is { } model) outcome = Pardoned(fatal, model);
        if (outcome is StepOutcome.Crashed crashed) LogCrash(crashed.Error.Error.Code, crashed.Error.Error.Message, (end.How as ChildEnd.Died)?.Death.LastWords ?? "");
        return outcome;
    }

    /// <summary>What a network did while it worked fails the run and is held against the network; the image goes free (law 7).</summary>
    StepOutcome.Failed Pardoned(StepOutcome.Crashed crashed, string model)
    {
        LogModel(model, crashed.Error.Error.Message);
        return Crashes.OfModel(crashed, model, mayTryAgain: distrusted.Note(model));
    }

    StepOutcome Outcome(ChildReply reply, StepRun run)
    {
        if (reply.Detail is not null) LogDetail(reply.Kind, reply.Detail);
        if (reply.IsSuccess) lessons?.Note(run.Steps, reply.Reckoned, reply.Taken);
        return reply switch
        {
            { Kind: ChildReply.Developed, Result: { } result } when result.Path.StartsWith(run.OutputPath, StringComparison.Ordinal) && !result.Path.Contains("..", StringComparison.Ordinal) => result,
            { Kind: ChildReply.Looked, Sight: { } seen } => seen,
            { Kind: ChildReply.Failed, Error: { } error } => new StepOutcome.Failed(new JobErrorDetail(error, reply.StepIndex)),
            { Kind: ChildReply.Outage, Error: { } error } => throw new OutageException(error.Code, error.Message),
            { Kind: ChildReply.OutOfMemory } => Crashes.TooLarge(run, reply.StepIndex),
            _ => Crashes.Nonsense(reply.StepIndex),
        };
    }

    /// <summary>A run may count on its output not being there.</summary>
    static void RemoveLeftovers(StepRun run)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(run.OutputPath))!;
        foreach (var file in Directory.EnumerateFiles(folder, Path.GetFileName(run.OutputPath) + ".*")) File.Delete(file);
    }

    void GiveBack(Child child)
    {
        if (closing || child.Runs >= options.RunsPerChild || child.Memory > (options.KeepBelow + child.HeldMegabytes) * Megabyte) Retire(child);
        else idle.Add(child);
    }

    void Retire(Child child) => _ = child.End(time);

    async Task<Child> StartChild(CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(closing, this);
        var child = await Launch();
        try
        {
            var first = await Task.WhenAny(child.Ready, child.Died).WaitAsync(options.StartLimit, time, cancel);
            if (first == child.Ready) return child;
            LogLost(child.Id, child.Died.Result.InWords, child.Died.Result.LastWords);
            throw Unavailable(null);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            child.Kill();
            throw e is TimeoutException ? Unavailable(e) : e;
        }
    }

    async Task<Child> Launch()
    {
        try
        {
            var child = new Child(await starter.Start(command.StartInfo(new Confinement(Environment.ProcessId, options.Nice))));
            living[child.Id] = child;
            _ = child.Died.ContinueWith(_ => Forget(child), TaskScheduler.Default);
            return child;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
        {
            throw Unavailable(e);
        }
    }

    void Forget(Child child)
    {
        living.TryRemove(new(child.Id, child));
        child.Dispose();
    }

    static OutageException Unavailable(Exception? inner) =>
        new(ErrorCodes.ChildUnavailable, "The process that decodes images cannot be started now.", inner);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A decoding child ended a run as {Code}: {Why} Its last words: {LastWords}")]
    partial void LogCrash(string code, string why, string lastWords);

    [LoggerMessage(Level = LogLevel.Error, Message = "The network {Model} ended its decoding child: {Why}")]
    partial void LogModel(string model, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "Decoding child {Process} was lost before it took a run: it {Why}. Its last words: {LastWords}")]
    partial void LogLost(int process, string why, string lastWords);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A decoding child ended a run as {Kind}: {Detail}")]
    partial void LogDetail(string kind, string detail);
}
