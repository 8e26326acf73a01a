using System.Text.Json.Nodes;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.Core.Ledger;

/// <summary>A call to an outside service, noted from before it is sent until what came of it is durable.</summary>
/// <param name="Provider">As an engine is named: <c>gemini</c>.</param>
/// <param name="Usd">Set aside until it is known what the call took; then that.</param>
public sealed record Call(long Number, Guid JobId, int StepIndex, string Provider, CallState State, DateTimeOffset At, decimal Usd);

public enum CallState
{
    /// <summary>Sent, or about to be. If its worker dies now, nobody knows whether it was paid for.</summary>
    Open,

    /// <summary>What it gave is kept as a checkpoint.</summary>
    Kept,

    /// <summary>It gave nothing.</summary>
    Fruitless,

    /// <summary>Nobody knows how it ended, and it may be made again; it counts as paid for.</summary>
    WrittenOff,
}

/// <summary>A call on its way out.</summary>
/// <param name="Ticket">The step that it is made for.</param>
/// <param name="Usd">What it is reckoned to take; set aside.</param>
/// <param name="MayRepeat">Whether it may be made although an earlier one for this step is open: that one is written off.</param>
public sealed record NewCall(StepTicket Ticket, string Provider, decimal Usd, CallLimits Limits, bool MayRepeat);

/// <summary>What a call gave, durable before anything is made of it.</summary>
/// <param name="By">Who made it, such as <c>gemini-3.1-flash-image</c>.</param>
/// <param name="Notes">What else the service told.</param>
public sealed record CallReply(string ObjectKey, string By, decimal Usd, JsonObject? Notes);

/// <summary>How often a service may be called under one key, all workers together; null for no limit.</summary>
/// <param name="Concurrent">Calls under way at a time.</param>
public sealed record CallLimits(int? PerMinute = null, int? Concurrent = null);

/// <summary>Whether a call may be made.</summary>
public abstract record CallPermit
{
    /// <summary>It is noted, and its money is set aside.</summary>
    public sealed record Granted(long Number) : CallPermit;

    /// <summary>The lease is gone.</summary>
    public sealed record StaleLease : CallPermit;

    /// <summary>An earlier attempt called for this step, and what it gave is there: it is this attempt's now.</summary>
    public sealed record Answered(long Number, CallReply Reply) : CallPermit;

    /// <summary>An earlier attempt called for this step, and nobody knows how that ended.</summary>
    public sealed record StillOpen(Call Earlier) : CallPermit;

    /// <summary>Not now: the provider takes no calls, its turn has not come, or a budget is spent.</summary>
    public sealed record Withheld(Parked Why) : CallPermit;
}

/// <summary>
/// Every call to an outside service: what budgets are reckoned by, what rates are kept by, and how a dead worker's call is known of (law 4).
/// </summary>
public interface ICallStore
{
    /// <summary>
    /// Notes the call before it is sent; durable when the task completes. However many workers ask at once, no budget is overspent
    /// and no limit passed.
    /// </summary>
    Task<CallPermit> Begin(NewCall call, CancellationToken cancel);

    /// <summary>
    /// The call gave nothing and took so much; null when nobody knows, which counts as what was set aside.
    /// One that gave something is closed by the checkpoint of its step, in the same transaction.
    /// </summary>
    Task End(long number, decimal? usd, CancellationToken cancel);

    /// <summary>The call gave something, whose bytes are durable: should its worker die now, the next attempt takes it and does not call again.</summary>
    Task Answer(long number, CallReply reply, CancellationToken cancel);

    /// <summary>The provider takes no calls until then. People who run the store are told once, until a call succeeds again.</summary>
    Task Shut(string provider, Parked why, CancellationToken cancel);

    /// <summary>The calls of a job, oldest first.</summary>
    Task<IReadOnlyList<Call>> List(string tenant, Guid jobId, CancellationToken cancel);

    /// <summary>What the calls of a tenant took on these days of UTC, newest day first; calls are kept for forty days.</summary>
    Task<IReadOnlyList<Spending>> Spent(string tenant, DateOnly from, DateOnly until, CancellationToken cancel);
}

/// <summary>What a service took on a day.</summary>
/// <param name="Calls">With those that gave nothing.</param>
/// <param name="Usd">With what is set aside for calls under way.</param>
public sealed record Spending(DateOnly Day, string Provider, long Calls, decimal Usd)
{
    const int FirstDay = 719_162;

    /// <summary>Days since 1970, as stores count them.</summary>
    public static Spending Of(long day, string provider, long calls, decimal usd) => new(DateOnly.FromDayNumber(FirstDay + (int)day), provider, calls, usd);
}
