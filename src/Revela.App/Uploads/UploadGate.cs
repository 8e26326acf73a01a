using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Uploads;

/// <summary>Bounds the uploads that are open, and how many of them are read at full speed at a time.</summary>
public sealed class UploadGate(UploadOptions options, TimeProvider time) : IDisposable
{
    readonly SemaphoreSlim slots = new(options.Readers, options.Readers);
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

    /// <summary>The body, read in turn with others.</summary>
    public Stream InTurn(Stream body) => new TurnStream(body, slots, time);

    public void Dispose() => slots.Dispose();

    sealed class Place(UploadGate gate) : IDisposable
    {
        int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0) Interlocked.Decrement(ref gate.inFlight);
        }
    }
}
