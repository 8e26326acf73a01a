using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Core.Queues;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

/// <summary>A fresh store for each test, with the short words that the conformance suites are written in; after each test the ledger must add up (law 9).</summary>
public abstract class StoreBed : IAsyncLifetime
{
    protected const string Tenant = "studio";
    protected static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);
    protected static readonly CancellationToken None = CancellationToken.None;
    protected static readonly JobError Oops = new("operation-failed", "It did not work.", true);

    protected ManualTime Time { get; } = new();

    protected StorePorts Store { get; private set; } = null!;

    /// <summary>Opens the store of this test; called again, opens the same data a second time, as another process would.</summary>
    protected abstract Task<StorePorts> Open();

    /// <summary>Removes what <see cref="Open"/> made.</summary>
    protected abstract Task Remove();

    public async Task InitializeAsync()
    {
        Store = await Open();
        await Store.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 1000 }, None);
    }

    public async Task DisposeAsync()
    {
        await LedgerMustHold();
        await Store.DisposeAsync();
        await Remove();
    }

    protected async Task LedgerMustHold()
    {
        var ledger = await Store.Jobs.Ledger(None);
        ledger.ShouldAllBe(line => line.AddsUp);
        (await Store.Jobs.CountLedger(None)).ShouldBe(ledger);
    }

    protected static Pipeline Grayscale { get; } = new() { Name = "grey", Steps = [new Step("grayscale", [])] };

    protected NewJob Draft(Guid? asset = null) =>
        new() { Id = Ids.New(Time), Tenant = Tenant, Queue = Queue.Default, Pipeline = Grayscale, AssetId = asset ?? Ids.New(Time) };

    protected async Task<Submitted> Submit(NewJob job) => (await Store.Jobs.Submit(new NewSubmission { Jobs = [job] }, None)).Single();

    protected Task<Submitted> Submit() => Submit(Draft());

    protected async Task<IReadOnlyList<Submitted>> SubmitMany(int count) =>
        await Store.Jobs.Submit(new NewSubmission { Jobs = [.. Enumerable.Range(0, count).Select(_ => Draft())] }, None);

    protected static ClaimRequest Request(int max = 100) => new() { Worker = "worker", Max = max, LeaseFor = Lease };

    protected Task<ClaimResult> ClaimAll(int max = 100) => Store.Jobs.Claim(Request(max), None);

    protected async Task<ClaimedJob> ClaimOne() => (await ClaimAll(1)).Jobs.ShouldHaveSingleItem();

    protected async Task<Guid[]> ClaimIds(int max = 100) => [.. (await ClaimAll(max)).Jobs.Select(claimed => claimed.Job.Id)];

    protected Task<bool> Settle(ClaimedJob claimed, Ending ending, params StepRecord[] steps) =>
        Store.Jobs.Settle(new Settlement(claimed.Job.Id, claimed.Lease, ending, steps), None);

    protected Task<bool> Complete(ClaimedJob claimed, params NewOutput[] outputs) => Settle(claimed, new Ending.Completed(outputs, null));

    protected NewOutput Output(ClaimedJob claimed, int step = 0, string? name = null) => new(Ids.New(Time), name, step, Image($"{claimed.Lease}-{step}"));

    protected static StoredImage Image(string key) => new($"processed/{key}.jpg", "image/jpeg", 500, $"sha-{key}", 40, 30, 1);

    protected async Task<Asset> AddOriginal(string fileName = "cat.jpg", string tenant = Tenant, long bytes = 1000, Likeness? likeness = null)
    {
        var id = Ids.New(Time);
        var asset = new Asset
        {
            Id = id,
            Tenant = tenant,
            ObjectKey = $"originals/{id:N}.jpg",
            ContentType = "image/jpeg",
            Bytes = bytes,
            PerceptualHash = likeness?.Hash,
            Colours = likeness?.Colours ?? Colours.None,
            Sha256 = $"{id:N}",
            Width = 400,
            Height = 300,
            FileName = fileName,
            CreatedAt = Time.GetUtcNow(),
        };
        (await Store.Assets.Add(asset, None)).ShouldBeTrue();
        return asset;
    }

    protected async Task<Job> Get(Guid id) => (await Store.Jobs.Get(Tenant, id, None)).ShouldNotBeNull();

    protected async Task<JobState> StateOf(Guid id) => (await Get(id)).State;

    protected async Task<string[]> EventsOf(Guid id) => [.. (await Store.Events.ReadJob(Tenant, id, 0, 100, None)).Select(e => e.Type)];
}

/// <summary>Every row port of one opened store.</summary>
public sealed record StorePorts(
    IJobStore Jobs,
    IAssetStore Assets,
    Revela.Core.Items.IItemStore Items,
    IQueueStore Queues,
    IWorkerStore Workers,
    Revela.Core.Events.IEventStore Events,
    Revela.Core.Accounts.IAccountStore Accounts,
    Revela.Core.Accounts.IUserStore Users,
    Revela.Core.Accounts.IAuditStore Audit,
    Revela.Core.Notices.INoticeStore Notices,
    Revela.Core.Ledger.ICallStore Calls,
    Revela.Core.Ledger.IBudgetStore Budgets,
    Revela.Core.Statistics.IStatisticsStore Statistics,
    Revela.Core.Webhooks.IWebhookStore Webhooks,
    Revela.Core.Webhooks.IDeliveryStore Deliveries,
    Revela.Core.Erasure.IErasure Erasure,
    Revela.Core.Schedules.IScheduleStore Schedules,
    ISignals Signals,
    IAsyncDisposable Owner) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Owner.DisposeAsync();
}
