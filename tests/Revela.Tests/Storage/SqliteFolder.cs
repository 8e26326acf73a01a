using Revela.Storage;

namespace Revela.Tests.Storage;

/// <summary>A data folder on disk that embedded stores are opened on.</summary>
public sealed class SqliteFolder(TimeProvider time)
{
    public string Path { get; } = Directory.CreateTempSubdirectory("revela-store-").FullName;

    public async Task<StorePorts> Open()
    {
        var store = await EmbeddedStore.Open(Path, time, null, CancellationToken.None);
        return new StorePorts(store.Jobs, store.Assets, store.Items, store.Queues, store.Workers, store.Events, store.Accounts, store.Users, store.Audit, store.Notices, store.Calls, store.Budgets, store.Statistics, store.Webhooks, store.Deliveries, store.Erasure, store.Schedules, store.Signals, store);
    }

    public Task Remove()
    {
        Directory.Delete(Path, recursive: true);
        return Task.CompletedTask;
    }
}
