using Npgsql;

namespace Revela.Storage.Signals.Postgres;

/// <summary>Messages by LISTEN and NOTIFY, on connections of their own or behind a commit.</summary>
/// <param name="source">Of the database; stays open.</param>
public sealed class NotifyWire(NpgsqlDataSource source) : IWire
{
    const string Channel = "revela";

    const string Notify = $"SELECT pg_notify('{Channel}', $1)";

    public bool IsDatabase => true;

    /// <summary>Tells a message; for behind a commit.</summary>
    public static NpgsqlBatchCommand Statement(string message) => new(Notify) { Parameters = { new NpgsqlParameter<string> { TypedValue = message } } };

    public async Task Tell(string message, CancellationToken cancel)
    {
        await using var command = source.CreateCommand(Notify);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = message });
        await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
    }

    public async Task Hear(Action<string> heard, Func<Task> listening, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel).ConfigureAwait(false);
        connection.Notification += (_, message) => heard(message.Payload);
        await using (var command = new NpgsqlCommand($"LISTEN {Channel}", connection))
            await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        await listening().ConfigureAwait(false);
        while (true) await connection.WaitAsync(cancel).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
