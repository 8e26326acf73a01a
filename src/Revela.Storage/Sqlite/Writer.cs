using Microsoft.Extensions.Logging;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.Storage.Sqlite;

/// <summary>
/// The thread that writes: it takes every operation that waits, commits them together, and then tells all callers.
/// Callers that come during a commit share the next one. When one of a group throws after it has changed something,
/// the group is rolled back and run again with a savepoint for each, so that an error costs nobody else's work.
/// </summary>
sealed class Writer : IAsyncDisposable
{
    // Also how soon a change made by another process is noticed.
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    const int MostInGroup = 1024;

    readonly WriteTransaction transaction;
    readonly ISignals signals;
    readonly ILogger log;
    readonly Thread thread;
    readonly object gate = new();
    readonly Queue<Operation> waiting = new();
    readonly List<Operation> group = [];
    readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long lookedAt = Environment.TickCount64;
    bool stopping;

    public Writer(WriteTransaction transaction, ISignals signals, ILogger log)
    {
        this.transaction = transaction;
        this.signals = signals;
        this.log = log;
        thread = new Thread(Run) { Name = "revela-writer", IsBackground = true };
        thread.Start();
    }

    public Task<T> Enqueue<T>(Func<WriteTransaction, T> action, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested) return Task.FromCanceled<T>(cancel);
        var operation = new Operation<T>(action, cancel);
        lock (gate)
        {
            if (stopping) return Task.FromException<T>(new OutageException(ErrorCodes.StoreUnavailable, "The store is closing."));
            waiting.Enqueue(operation);
            if (waiting.Count == 1) Monitor.Pulse(gate);
        }
        return operation.Task;
    }

    void Run()
    {
        while (Take()) Commit();
        transaction.Dispose();
        ended.SetResult();
    }

    /// <summary>Waits for work; false once the store closes and all work is done.</summary>
    bool Take()
    {
        group.Clear();
        lock (gate)
        {
            while (waiting.Count == 0)
            {
                if (stopping) return false;
                if (!Monitor.Wait(gate, Look)) break;
            }
            while (group.Count < MostInGroup && waiting.TryDequeue(out var operation)) group.Add(operation);
        }
        LookForOthers();
        return true;
    }

    void Commit()
    {
        if (group.Count == 0) return;
        try
        {
            if (!TryTogether()) CommitEach();
        }
        catch (Exception fault)
        {
            Abandon(fault);
            return;
        }
        signals.Ring(transaction.Rung);
        foreach (var operation in group) operation.Complete();
    }

    bool TryTogether()
    {
        transaction.Begin();
        try
        {
            foreach (var operation in group) operation.Run(transaction);
        }
        catch (Exception) when (transaction.Db.InTransaction)
        {
            transaction.Abandon();
            return false;
        }
        transaction.Commit();
        return true;
    }

    void CommitEach()
    {
        transaction.Begin();
        foreach (var operation in group) operation.RunAlone(transaction);
        transaction.Commit();
    }

    void Abandon(Exception fault)
    {
        log.CommitFailed(fault);
        transaction.Abandon();
        var outage = fault is SqliteFault sqlite ? sqlite.ToOutage() : fault;
        foreach (var operation in group) operation.Fail(outage);
    }

    void LookForOthers()
    {
        if (Environment.TickCount64 - lookedAt < Look.TotalMilliseconds) return;
        lookedAt = Environment.TickCount64;
        try
        {
            if (!transaction.OthersWrote()) return;
        }
        catch (SqliteFault fault)
        {
            log.CommitFailed(fault);
            return;
        }
        signals.Ring(Enum.GetValues<Signal>());
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            stopping = true;
            Monitor.Pulse(gate);
        }
        await ended.Task.ConfigureAwait(false);
    }

    abstract class Operation
    {
        public abstract void Run(WriteTransaction transaction);
        public abstract void RunAlone(WriteTransaction transaction);
        public abstract void Complete();
        public abstract void Fail(Exception fault);
    }

    sealed class Operation<T>(Func<WriteTransaction, T> action, CancellationToken cancel) : Operation
    {
        readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Exception? failure;
        T result = default!;

        public Task<T> Task => done.Task;

        public override void Run(WriteTransaction transaction)
        {
            if (!IsCancelled()) failure = transaction.Try(action, out result);
        }

        public override void RunAlone(WriteTransaction transaction)
        {
            if (!IsCancelled()) failure = transaction.TryAlone(action, out result);
        }

        bool IsCancelled()
        {
            failure = cancel.IsCancellationRequested ? new OperationCanceledException(cancel) : null;
            return failure is not null;
        }

        public override void Complete()
        {
            if (failure is OperationCanceledException) done.TrySetCanceled(cancel);
            else if (failure is not null) done.TrySetException(failure);
            else done.TrySetResult(result);
        }

        public override void Fail(Exception fault) => done.TrySetException(failure ?? fault);
    }
}

static partial class WriterLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The store could not commit.")]
    public static partial void CommitFailed(this ILogger log, Exception fault);
}
