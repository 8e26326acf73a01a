using Revela.Core;
using Revela.Core.Queues;

namespace Revela.Storage.Sqlite;

/// <summary>
/// The transaction that a group of operations shares. Numbers, queue lines, tenants' shares and snapshot counts are read once,
/// changed in memory and written back before the commit; they stay in memory while no other process writes.
/// </summary>
sealed class WriteTransaction(Connection connection, TimeProvider time) : IDisposable
{
    readonly QueueLines lines = new(connection);
    readonly bool[] rung = new bool[Enum.GetValues<Signal>().Length];
    Numbers numbers, numbersRead;
    long version = -1, versionSeen = VersionOf(connection);
    bool touched;

    public Connection Db => connection;

    public TimeProvider Time => time;

    /// <summary>When the running operation began, in whole microseconds as the store keeps them.</summary>
    public DateTimeOffset Now { get; private set; }

    public TenantShares Shares { get; } = new(connection);

    public SnapshotRows Snapshots { get; } = new(connection);

    /// <summary>What to ring once the commit is durable.</summary>
    public IReadOnlyCollection<Signal> Rung => Array.FindAll(Enum.GetValues<Signal>(), signal => rung[(int)signal]);

    public long NextJob() => ++numbers.Job;

    public long NextLease() => ++numbers.Lease;

    public long NextEvent() => ++numbers.Event;

    /// <summary>The queue's line, to be changed.</summary>
    public QueueLine Line(string queue)
    {
        touched = true;
        return lines.Get(queue);
    }

    public IReadOnlyCollection<QueueLine> Lines() => lines.All();

    public void Ring(Signal signal) => rung[(int)signal] = true;

    public void Begin()
    {
        connection.Run("BEGIN IMMEDIATE");
        Array.Clear(rung);
        var now = VersionOf(connection);
        if (now == version) return;
        version = now;
        Forget();
        ReadNumbers();
    }

    /// <summary>
    /// Runs one operation without a savepoint of its own. A refusal that came before any change is returned;
    /// any other fault is thrown, and the whole group must be run again with <see cref="TryAlone"/>.
    /// </summary>
    public Exception? Try<T>(Func<WriteTransaction, T> action, out T result)
    {
        var changes = connection.TotalChanges;
        try
        {
            result = Run(action);
            return null;
        }
        catch (RevelaException refusal) when (!touched && connection.TotalChanges == changes)
        {
            result = default!;
            return refusal;
        }
    }

    /// <summary>Runs one operation in its own savepoint; if it throws, all it did is undone and the fault returned. A fault that ended the transaction itself is thrown.</summary>
    public Exception? TryAlone<T>(Func<WriteTransaction, T> action, out T result)
    {
        connection.Run("SAVEPOINT operation");
        try
        {
            result = Run(action);
            WriteBack();
            connection.Run("RELEASE operation");
            return null;
        }
        catch (Exception fault) when (connection.InTransaction)
        {
            result = default!;
            connection.Run("ROLLBACK TO operation");
            connection.Run("RELEASE operation");
            Forget();
            return fault is SqliteFault sqlite ? sqlite.ToOutage() : fault;
        }
    }

    public void Commit()
    {
        WriteBack();
        if (numbers != numbersRead) WriteNumbers();
        connection.Run("COMMIT");
        numbersRead = numbers;
    }

    public void Abandon()
    {
        version = -1;
        try
        {
            if (connection.InTransaction) connection.Run("ROLLBACK");
        }
        catch (SqliteFault)
        {
            // The fault that led here is what callers hear; the next BEGIN starts afresh or fails likewise.
        }
    }

    /// <summary>Whether another connection has committed since the last look.</summary>
    public bool OthersWrote()
    {
        var now = VersionOf(connection);
        var changed = now != versionSeen;
        versionSeen = now;
        return changed;
    }

    T Run<T>(Func<WriteTransaction, T> action)
    {
        touched = false;
        Now = Micros.Read(Micros.Of(time.GetUtcNow()));
        return action(this);
    }

    void WriteBack()
    {
        lines.Write();
        Shares.Write();
        Snapshots.Write();
    }

    void Forget()
    {
        lines.Forget();
        Shares.Forget();
        Snapshots.Forget();
    }

    static long VersionOf(Connection connection)
    {
        using var query = connection.Use("PRAGMA data_version");
        return query.Number();
    }

    void ReadNumbers()
    {
        using var query = connection.Use("SELECT job, lease, event FROM numbers");
        query.Step();
        numbersRead = numbers = new Numbers { Job = query.Long(0), Lease = query.Long(1), Event = query.Long(2) };
    }

    void WriteNumbers()
    {
        using var update = connection.Use("UPDATE numbers SET job = ?, lease = ?, event = ?");
        update.Bind(numbers.Job).Bind(numbers.Lease).Bind(numbers.Event).Run();
    }

    public void Dispose() => connection.Dispose();

    record struct Numbers
    {
        public long Job, Lease, Event;
    }
}
