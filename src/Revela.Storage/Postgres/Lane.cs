using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.Storage.Postgres;

/// <summary>
/// Lets callers share commits: whoever comes while a group is on its way waits for the next, which takes all of them.
/// Nobody waits for company, so a single caller pays nothing. If a group fails, each of it is tried alone, so that one caller's fault is its own.
/// </summary>
sealed class Lane<TAsk, TAnswer>(int mostInGroup, int runners, Func<IReadOnlyList<TAsk>, Task<IReadOnlyList<Outcome<TAnswer>>>> run)
{
    readonly Lock gate = new();
    readonly Queue<Caller> waiting = new();
    int running;

    public Task<TAnswer> Join(TAsk ask, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested) return Task.FromCanceled<TAnswer>(cancel);
        var caller = new Caller(ask, cancel);
        lock (gate)
        {
            waiting.Enqueue(caller);
            if (running == runners) return caller.Done.Task;
            running++;
        }
        _ = Task.Run(Run, CancellationToken.None);
        return caller.Done.Task;
    }

    async Task Run()
    {
        var group = new List<Caller>();
        while (Take(group)) await Serve(group).ConfigureAwait(false);
    }

    bool Take(List<Caller> group)
    {
        group.Clear();
        lock (gate)
        {
            while (group.Count < mostInGroup && waiting.TryDequeue(out var caller))
            {
                if (caller.Cancel.IsCancellationRequested) caller.Done.TrySetCanceled(caller.Cancel);
                else group.Add(caller);
            }
            if (group.Count == 0) running--;
            return group.Count > 0;
        }
    }

    async Task Serve(List<Caller> group)
    {
        try
        {
            var outcomes = await run(group.ConvertAll(caller => caller.Ask)).ConfigureAwait(false);
            for (var i = 0; i < group.Count; i++) group[i].Tell(outcomes[i]);
        }
        catch (Exception fault)
        {
            if (group.Count == 1 || fault is OutageException) group.ForEach(caller => caller.Done.TrySetException(fault));
            else
                foreach (var caller in group.ToArray()) await Serve([caller]).ConfigureAwait(false);
        }
    }

    sealed class Caller(TAsk ask, CancellationToken cancel)
    {
        public TAsk Ask => ask;
        public CancellationToken Cancel => cancel;
        public TaskCompletionSource<TAnswer> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Tell(Outcome<TAnswer> outcome)
        {
            if (outcome.Refusal is { } refusal) Done.TrySetException(refusal);
            else Done.TrySetResult(outcome.Answer!);
        }
    }
}

/// <summary>What one caller of a group gets: an answer, or the reason why it gets none.</summary>
readonly record struct Outcome<T>(T? Answer, RevelaException? Refusal)
{
    public T Unwrap() => Refusal is null ? Answer! : throw Refusal;

    public static implicit operator Outcome<T>(T answer) => new(answer, null);

    public static implicit operator Outcome<T>(RevelaException refusal) => new(default, refusal);
}
