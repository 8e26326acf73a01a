using Npgsql;
using Revela.Storage.Signals;
using Revela.Storage.Signals.Postgres;

namespace Revela.Storage.Postgres;

/// <summary>A database and how it is used: short transactions that begin again when two meet, and reads.</summary>
sealed class PostgresDatabase(Sources sources, TimeProvider time, FleetSignals signals) : IAsyncDisposable
{
    const int MostTries = 5;

    // The ledger's rows are summed up after so many commits of this process.
    const int SumUpEvery = 250;
    int commits;

    public TimeProvider Time => time;

    public Sources Sources => sources;

    /// <summary>
    /// Runs the action and commits; durable when the task completes. An action that met another transaction or lost its connection before
    /// the commit is run again, so it must do nothing outside the transaction that may not be done twice.
    /// </summary>
    /// <exception cref="Core.OutageException">The database is away.</exception>
    public async Task<T> Write<T>(Func<Transaction, Task<T>> action, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            cancel.ThrowIfCancellationRequested();
            Transaction? transaction = null;
            try
            {
                await using var connection = await sources.Writing.OpenConnectionAsync(cancel).ConfigureAwait(false);
                transaction = new Transaction(connection, time);
                var result = await action(transaction).ConfigureAwait(false);
                await Commit(transaction).ConfigureAwait(false);
                if (Interlocked.Increment(ref commits) % SumUpEvery == 0) await SumUp(connection).ConfigureAwait(false);
                return result;
            }
            catch (Exception fault) when (MayTryAgain(fault, transaction, tries))
            {
            }
            catch (Exception fault) when (PostgresFault.IsOutage(fault))
            {
                throw PostgresFault.Told(fault);
            }
        }
    }

    /// <summary>Runs the query; a lost connection is replaced once.</summary>
    public async Task<T> Read<T>(Func<Transaction, Task<T>> query, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                await using var connection = await sources.Reading.OpenConnectionAsync(cancel).ConfigureAwait(false);
                return await query(Transaction.ForReading(connection, time)).ConfigureAwait(false);
            }
            catch (Exception fault) when (PostgresFault.IsOutage(fault))
            {
                sources.Clear();
                if (tries > 1) throw PostgresFault.Told(fault);
            }
        }
    }

    bool MayTryAgain(Exception fault, Transaction? transaction, int tries)
    {
        if (PostgresFault.IsCollision(fault)) return tries < MostTries;
        if (!PostgresFault.IsOutage(fault)) return false;
        sources.Clear();
        return transaction is { CommitWasSent: false } && tries == 1;
    }

    // The other processes hear of it in the same round trip, unless some are being told already.
    async Task Commit(Transaction transaction)
    {
        var rung = transaction.Changes.Rung;
        if (!transaction.HasBehind || signals.Entrust(rung) is not { } message)
        {
            await transaction.Commit().ConfigureAwait(false);
            signals.Ring(rung);
            return;
        }
        var isDone = false;
        try
        {
            await transaction.Commit(NotifyWire.Statement(message)).ConfigureAwait(false);
            isDone = true;
        }
        finally
        {
            signals.Carried(isDone ? rung : []);
        }
    }

    // One statement, so that no reader ever sees a sum missing; rows that another process is summing up are left to it.
    static async Task SumUp(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(LedgerRows.SumUp, connection);
        try
        {
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
        catch (NpgsqlException)
        {
            // The caller's own work is committed; the rows are summed up another time.
        }
    }

    public ValueTask DisposeAsync() => sources.DisposeAsync();
}
