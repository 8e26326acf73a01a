using Revela.Core.Ledger;
using Revela.Core.Queues;

namespace Revela.Storage.Sqlite;

/// <summary>A queue's row while a transaction holds it: its settings, its ledger and the state of its limits.</summary>
sealed class QueueLine(Queue settings, bool isConfigured)
{
    public Queue Settings { get; private set; } = settings;

    /// <summary>Whether its settings were given; a queue that only came with its first job takes a recipe's defaults later.</summary>
    public bool IsConfigured { get; private set; } = isConfigured;

    public string Name => Settings.Name;

    public LineState Now;

    /// <summary>As the file has it; null for a row that is not there yet.</summary>
    public LineState? Written { get; set; }

    public bool SettingsChanged { get; set; }

    public void Configure(Queue settings)
    {
        Settings = settings;
        IsConfigured = true;
        SettingsChanged = true;
    }

    public QueueLedger ToLedger() => Now.ToLedger(Name);
}

/// <summary>The counters of a line (law 9) and the clocks of its limits; times in microseconds.</summary>
record struct LineState
{
    public long Accepted, Completed, Failed, Cancelled, Pending, Processing, Delayed, Parked, WaitingBytes;
    public long PrunedCompleted, PrunedFailed, PrunedCancelled;

    /// <summary>The start tag of the job claimed last: where a tenant that comes anew joins the line (start-time fair queueing).</summary>
    public double VirtualTime;

    /// <summary>Starts that the rate limit still allows, as of <see cref="TokensAt"/>.</summary>
    public double Tokens;
    public long TokensAt, LastStart, LastEnd;

    public readonly QueueLedger ToLedger(string queue) =>
        new(queue, Accepted, Completed, Failed, Cancelled, Pending, Processing)
        {
            Delayed = Delayed,
            Parked = Parked,
            PrunedCompleted = PrunedCompleted,
            PrunedFailed = PrunedFailed,
            PrunedCancelled = PrunedCancelled,
        };
}
