using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Revela.Core.Flow;

/// <summary>
/// Counts the writes of workers that came too late, under a lease that was gone, and names each in the log: all were refused and changed nothing (law 3).
/// Counted on the meter <c>Revela.Work</c> of the process at which the write was refused: a worker's own beside the store, a server's for far workers.
/// </summary>
public sealed class StaleWrites : IDisposable
{
    /// <summary>What a worker wanted to write.</summary>
    public const string Renewal = "renewal", Picture = "picture", Checkpoint = "checkpoint", Ending = "ending";

    readonly Meter meter = new("Revela.Work");
    readonly Counter<long> refused;
    readonly ILogger log;

    public StaleWrites(ILogger<StaleWrites> log)
    {
        this.log = log;
        refused = meter.CreateCounter<long>("revela.stale_writes", "{write}", "Writes of workers whose lease was gone, all refused, by what they wanted to write.");
    }

    /// <summary>Whether an instrument is one of this meter's, and not of another's of the same name.</summary>
    public bool Owns(Instrument instrument) => instrument.Meter == meter;

    /// <returns>False, as the answer to who wanted to write.</returns>
    public bool Refuse(string write, Guid job, long lease)
    {
        refused.Add(1, new KeyValuePair<string, object?>("write", write));
        // A renewal may cross its own job's ending, which is no news; a worker that holds the job yet says so itself.
        Messages.StaleWrite(log, write == Renewal ? LogLevel.Debug : LogLevel.Warning, write, job, lease);
        return false;
    }

    public void Dispose() => meter.Dispose();
}
