namespace Revela.Core.Queues;

/// <summary>Doorbells. A ring is a hint that waiting may be over; the store is the truth, so a lost ring only costs time.</summary>
public enum Signal
{
    /// <summary>A job may be claimable: submitted, freed, resumed, a limit raised, a slot freed.</summary>
    Work,

    /// <summary>A new event may be readable.</summary>
    Events,

    /// <summary>A running job may have to stop.</summary>
    Orders,

    /// <summary>An application may have enqueued.</summary>
    Inbox,

    /// <summary>Somebody may have been told something.</summary>
    Notices,
}

public interface ISignals
{
    void Ring(params IReadOnlyCollection<Signal> signals);

    /// <summary>Grows with each ring. Read it before looking, wait on it after finding nothing: no ring between is missed.</summary>
    long Version(Signal signal);

    /// <summary>Returns when the version has passed <paramref name="seen"/> (true) or after the time (false).</summary>
    Task<bool> Wait(Signal signal, long seen, TimeSpan atMost, CancellationToken cancel);
}
