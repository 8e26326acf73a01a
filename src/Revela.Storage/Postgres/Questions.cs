using Npgsql;

namespace Revela.Storage.Postgres;

/// <summary>Several questions sent in one round trip, each with what is done with its answer.</summary>
sealed class Questions
{
    readonly List<NpgsqlBatchCommand> statements = [];
    readonly List<Func<Answers, Task>> readers = [];

    public void Add<T>(NpgsqlBatchCommand statement, Func<Row, T> read, Action<List<T>> take)
    {
        statements.Add(statement);
        readers.Add(async answers => take(await answers.Rows(read).ConfigureAwait(false)));
    }

    /// <summary>A statement that answers with no rows.</summary>
    public void Add(NpgsqlBatchCommand statement) => statements.Add(statement);

    public async Task Ask(Transaction tx) => await Read(await tx.Ask(statements).ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>The transaction ends with these questions.</summary>
    public async Task AskAndCommit(Transaction tx) => await Read(await tx.AskAndCommit(statements).ConfigureAwait(false)).ConfigureAwait(false);

    async Task Read(Answers answers)
    {
        await using (answers.ConfigureAwait(false))
        {
            foreach (var reader in readers) await reader(answers).ConfigureAwait(false);
            await answers.End().ConfigureAwait(false);
        }
    }
}
