using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Revela.Core.Accounts;
using Revela.Core.Assets;
using Revela.Core.Erasure;
using Revela.Core.Events;
using Revela.Core.Items;
using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Core.Notices;
using Revela.Core.Queues;
using Revela.Core.Schedules;
using Revela.Core.Statistics;
using Revela.Core.Webhooks;
using Revela.Storage.Objects.Files;
using Revela.Storage.Signals;
using Revela.Storage.Signals.InProcess;
using Revela.Storage.Sqlite;

namespace Revela.Storage;

/// <summary>Everything Revela keeps, in one data folder: rows in an embedded database, objects as files unless another storage is given. Several processes may open the same folder.</summary>
public sealed class EmbeddedStore : IStore
{
    /// <summary>Name of the database in the data folder.</summary>
    public const string DatabaseFile = "revela.db";

    readonly SqliteDatabase database;

    EmbeddedStore(string place, SqliteDatabase database, IObjectStore objects, ISignals signals)
    {
        Place = place;
        this.database = database;
        Signals = signals;
        Objects = objects;
        Jobs = new SqliteJobStore(database);
        Assets = new SqliteAssetStore(database);
        Items = new SqliteItemStore(database);
        Queues = new SqliteQueueStore(database);
        Workers = new SqliteWorkerStore(database);
        Events = new SqliteEventStore(database);
        Accounts = new SqliteAccountStore(database);
        Users = new SqliteUserStore(database);
        Audit = new SqliteAuditStore(database);
        Notices = new SqliteNoticeStore(database);
        Calls = new SqliteCallStore(database);
        Budgets = new SqliteBudgetStore(database);
        Statistics = new SqliteStatisticsStore(database);
        Webhooks = new SqliteWebhookStore(database);
        Deliveries = new SqliteDeliveryStore(database);
        Erasure = new SqliteErasure(database);
        Schedules = new SqliteScheduleStore(database);
    }

    public IJobStore Jobs { get; }
    public IAssetStore Assets { get; }
    public IItemStore Items { get; }
    public IQueueStore Queues { get; }
    public IWorkerStore Workers { get; }
    public IEventStore Events { get; }
    public IAccountStore Accounts { get; }
    public IUserStore Users { get; }
    public IAuditStore Audit { get; }
    public INoticeStore Notices { get; }
    public ICallStore Calls { get; }
    public IBudgetStore Budgets { get; }
    public IStatisticsStore Statistics { get; }
    public IWebhookStore Webhooks { get; }
    public IDeliveryStore Deliveries { get; }
    public IErasure Erasure { get; }
    public IScheduleStore Schedules { get; }
    public IObjectStore Objects { get; }
    public ISignals Signals { get; }
    public IInbox? Inbox => null;

    public string Place { get; }

    /// <summary>Makes the folder if it is absent and brings its tables up to date.</summary>
    /// <param name="objects">Null to keep objects as files in the same folder; else closed with the store.</param>
    /// <param name="wire">Over which the processes of the folder wake each other; null where they find news by looking. Closed with the store.</param>
    /// <exception cref="Core.OutageException">The folder cannot be written, or the object storage is away.</exception>
    public static async Task<EmbeddedStore> Open(
        string dataFolder, TimeProvider time, ILoggerFactory? log, CancellationToken cancel, IObjectStore? objects = null, IWire? wire = null)
    {
        log ??= NullLoggerFactory.Instance;
        objects ??= new FilesObjectStore(dataFolder, time);
        await objects.Prepare(cancel).ConfigureAwait(false);
        ISignals signals = wire is null ? new InProcessSignals(time) : new FleetSignals(wire, time, log.CreateLogger("Revela.Signals"));
        var database = await SqliteDatabase.Open(Path.Combine(dataFolder, DatabaseFile), time, signals, log.CreateLogger("Revela.Store"), cancel).ConfigureAwait(false);
        return new EmbeddedStore(Path.GetFullPath(dataFolder), database, objects, signals);
    }

    /// <summary>Reads every table at one moment; the rows are read while <paramref name="take"/> goes through them.</summary>
    internal Task<T> Export<T>(Func<IEnumerable<TableCopy>, T> take, CancellationToken cancel) => database.Read(db => take(Sqlite.Export.Tables(db)), cancel);

    public async ValueTask DisposeAsync()
    {
        (Objects as IDisposable)?.Dispose();
        await database.DisposeAsync().ConfigureAwait(false);
        if (Signals is IAsyncDisposable fleet) await fleet.DisposeAsync().ConfigureAwait(false);
    }
}
