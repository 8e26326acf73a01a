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

namespace Revela.Storage;

/// <summary>Everything Revela keeps, opened: the rows behind their ports, the objects and the doorbells. Closed when disposed.</summary>
public interface IStore : IAsyncDisposable
{
    IJobStore Jobs { get; }
    IAssetStore Assets { get; }
    IItemStore Items { get; }
    IQueueStore Queues { get; }
    IWorkerStore Workers { get; }
    IEventStore Events { get; }
    IAccountStore Accounts { get; }
    IUserStore Users { get; }
    IAuditStore Audit { get; }
    INoticeStore Notices { get; }
    ICallStore Calls { get; }
    IBudgetStore Budgets { get; }
    IStatisticsStore Statistics { get; }
    IWebhookStore Webhooks { get; }
    IDeliveryStore Deliveries { get; }
    IErasure Erasure { get; }
    IScheduleStore Schedules { get; }
    IObjectStore Objects { get; }
    ISignals Signals { get; }

    /// <summary>Null where no application can enqueue with SQL.</summary>
    IInbox? Inbox { get; }

    /// <summary>Where the rows are, for people; without any secret.</summary>
    string Place { get; }
}
