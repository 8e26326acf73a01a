using Npgsql;

namespace Revela.Storage.Postgres;

/// <summary>
/// A transaction in the making: it asks and locks as it goes, gathers what it will add in <see cref="Changes"/>, and sends all of that
/// together with the commit in one round trip. Left without a commit, nothing of it is kept.
/// </summary>
sealed class Transaction
{
    readonly NpgsqlConnection connection;
    readonly TimeProvider time;
    bool begun, isOver;

    public Transaction(NpgsqlConnection connection, TimeProvider time)
    {
        this.connection = connection;
        this.time = time;
        Now = Micros.Cut(time.GetUtcNow());
        Changes = new Changes(Now);
    }

    /// <summary>Each statement stands for itself; there is nothing to commit.</summary>
    public static Transaction ForReading(NpgsqlConnection connection, TimeProvider time) => new(connection, time) { begun = true };

    /// <summary>When it began, in whole microseconds as the store keeps them.</summary>
    public DateTimeOffset Now { get; }

    public TimeProvider Time => time;

    public Changes Changes { get; }

    /// <summary>Whether a statement can be sent behind the commit: not where what is sent together is a transaction by itself.</summary>
    public bool HasBehind => begun && !isOver;

    /// <summary>From here on a lost connection leaves open whether the commit was done.</summary>
    public bool CommitWasSent { get; private set; }

    /// <summary>Sends the statements together; those that answer with rows are read in order.</summary>
    public async Task<Answers> Ask(params IReadOnlyList<NpgsqlBatchCommand> statements)
    {
        var batch = Batch(statements);
        try
        {
            return new Answers(batch, await batch.ExecuteReaderAsync().ConfigureAwait(false));
        }
        catch
        {
            await batch.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<List<T>> Query<T>(NpgsqlBatchCommand statement, Func<Row, T> read)
    {
        await using var answers = await Ask(statement).ConfigureAwait(false);
        return await answers.Rows(read).ConfigureAwait(false);
    }

    /// <summary>How many rows changed.</summary>
    public async Task<int> Run(NpgsqlBatchCommand statement)
    {
        await using var batch = Batch([statement]);
        await batch.ExecuteNonQueryAsync().ConfigureAwait(false);
        return statement.RecordsAffected;
    }

    /// <summary>Sends the statements together with the commit; what follows stands for itself.</summary>
    public Task<Answers> AskAndCommit(IReadOnlyList<NpgsqlBatchCommand> statements)
    {
        var last = Last(statements);
        CommitWasSent = isOver = begun = true;
        return Ask(last);
    }

    /// <param name="behind">Sent along, done behind the commit; whether it fails is all the same.</param>
    public async Task Commit(NpgsqlBatchCommand? behind = null)
    {
        if (isOver) return;
        var statements = Changes.ToStatements();
        if (!begun && statements.Count == 0) return;
        var last = Last(statements);
        CommitWasSent = begun = true;
        await using var batch = Batch(behind is null ? last : [.. last, behind]);
        try
        {
            await batch.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
        catch (PostgresException fault) when (behind is not null && fault.BatchCommand == behind)
        {
        }
    }

    // What is sent together is a transaction by itself when none was begun.
    IReadOnlyList<NpgsqlBatchCommand> Last(IReadOnlyList<NpgsqlBatchCommand> statements) => begun ? [.. statements, new NpgsqlBatchCommand("COMMIT")] : statements;

    NpgsqlBatch Batch(IReadOnlyList<NpgsqlBatchCommand> statements)
    {
        var batch = new NpgsqlBatch(connection);
        if (!begun) batch.BatchCommands.Add(new NpgsqlBatchCommand("BEGIN"));
        begun = true;
        foreach (var statement in statements) batch.BatchCommands.Add(statement);
        return batch;
    }
}

/// <summary>Times as the store keeps them: whole microseconds, UTC.</summary>
static class Micros
{
    public static DateTimeOffset Cut(DateTimeOffset time)
    {
        var ticks = time.UtcTicks;
        return new DateTimeOffset(ticks - ticks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
    }

    public static long Of(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    public static TimeSpan Span(long micros) => TimeSpan.FromTicks(micros * TimeSpan.TicksPerMicrosecond);
}
