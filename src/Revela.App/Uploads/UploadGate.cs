using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Uploads;

/// <summary>Bounds the uploads that are open, and keeps their reading on a lane of its own.</summary>
public sealed class UploadGate(UploadOptions options)
{
    // All of it lies on this lane, which takes as many threads of the pool as there are processors, so that a request without a picture never stands behind every upload.
    readonly TaskScheduler lane = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, Environment.ProcessorCount).ConcurrentScheduler;
    int inFlight;

    public int InFlight => Volatile.Read(ref inFlight);

    /// <summary>Holds a place until the answer is disposed.</summary>
    /// <exception cref="RevelaException"><c>busy</c>.</exception>
    public IDisposable Enter()
    {
        if (Interlocked.Increment(ref inFlight) <= options.InFlight) return new Place(this);
        Interlocked.Decrement(ref inFlight);
        throw new RevelaException(ErrorCodes.Busy, "Too many uploads are open.", retryable: true) { RetryAfter = TimeSpan.FromSeconds(1) };
    }

    /// <summary>Reads a body on the lane.</summary>
    public Task Read(Func<Task> reading, CancellationToken cancel) => Task.Factory.StartNew(reading, cancel, TaskCreationOptions.DenyChildAttach, lane).Unwrap();

    /// <summary>Reads a body on the lane and makes something of it.</summary>
    public Task<T> Read<T>(Func<Task<T>> reading, CancellationToken cancel) => Task.Factory.StartNew(reading, cancel, TaskCreationOptions.DenyChildAttach, lane).Unwrap();

    sealed class Place(UploadGate gate) : IDisposable
    {
        int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0) Interlocked.Decrement(ref gate.inFlight);
        }
    }
}
