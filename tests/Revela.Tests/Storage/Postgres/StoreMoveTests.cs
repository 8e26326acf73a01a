using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Assets;
using Revela.Core.Events;
using Revela.Core.Items;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Core.Queues;
using Revela.Storage;
using Revela.Storage.Postgres;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage.Postgres;

/// <summary>An embedded store with rows of every kind, moved to PostgreSQL: what can be read there is what could be read before, and work goes on.</summary>
public sealed class StoreMoveTests : IAsyncLifetime
{
    const string Tenant = "default";
    static readonly CancellationToken None = CancellationToken.None;
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);
    static readonly Pipeline Grey = new() { Name = "grey", Steps = [new Step("grayscale", [])] };

    readonly string folder = Directory.CreateTempSubdirectory("revela-move-").FullName;
    readonly ManualTime time = new();
    readonly PostgresBed bed;
    readonly List<Guid> jobs = [];
    EmbeddedStore old = null!;

    public StoreMoveTests() => bed = new PostgresBed(time);

    public async Task InitializeAsync()
    {
        old = await EmbeddedStore.Open(folder, time, null, None);
        await Fill();
    }

    public async Task DisposeAsync()
    {
        await old.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        await bed.Remove();
    }

    [SkippableFact]
    public async Task Everything_reads_as_it_did_and_work_goes_on()
    {
        await using var store = await bed.OpenStore();
        var before = await Everything(old);
        var moved = await new StoreMove(old, store).Run(None);
        (moved.Jobs, moved.Before).ShouldBe((jobs.Count, false));
        (await Everything(store)).ShouldBe(before);
        (await store.Jobs.CountLedger(None)).ShouldBe(await store.Jobs.Ledger(None));

        var lastLease = (await Events(old)).Length;
        time.Advance(TimeSpan.FromMinutes(1));
        (await store.Jobs.Rescue(20, None)).ShouldBe(1, "the lease moved too, and ends");
        var claimed = (await store.Jobs.Claim(new ClaimRequest { Worker = "w", Max = 100, LeaseFor = Lease }, None)).Jobs;
        claimed.Count.ShouldBeGreaterThan(1);
        foreach (var job in claimed) (await store.Jobs.Settle(new Settlement(job.Job.Id, job.Lease, new Ending.Completed([], null), []), None)).ShouldBeTrue();
        (await store.Jobs.Submit(new NewSubmission { Jobs = [Draft(claimed[0].Job.AssetId)] }, None)).Single().Seq.ShouldBe(jobs.Count + 1);
        (await Events(store)).Length.ShouldBeGreaterThan(lastLease);
        (await store.Jobs.CountLedger(None)).ShouldBe(await store.Jobs.Ledger(None));
    }

    [SkippableFact]
    public async Task A_second_move_of_the_same_store_finds_it_done_and_another_store_is_refused()
    {
        await using var store = await bed.OpenStore();
        await new StoreMove(old, store).Run(None);
        (await new StoreMove(old, store).Run(None)).Before.ShouldBeTrue();

        var elsewhere = Directory.CreateTempSubdirectory("revela-move-").FullName;
        await using (var other = await EmbeddedStore.Open(elsewhere, time, null, None))
            (await Should.ThrowAsync<MoveException>(() => new StoreMove(other, store).Run(None))).Message.ShouldContain("other data");
        Directory.Delete(elsewhere, recursive: true);
    }

    [SkippableFact]
    public async Task A_move_that_was_cut_short_goes_on()
    {
        await using var store = await bed.OpenStore();
        using var stop = new CancellationTokenSource();
        var proven = 0;
        await Should.ThrowAsync<OperationCanceledException>(() => new StoreMove(old, store)
        {
            Proven = () =>
            {
                if (Interlocked.Increment(ref proven) == 2) stop.Cancel();
            },
        }.Run(stop.Token));
        (await store.Jobs.List(new JobQuery { Tenant = Tenant }, None)).Items.ShouldBeEmpty("rows come last");
        (await new StoreMove(old, store).Run(None)).Before.ShouldBeFalse();
        (await Everything(store)).ShouldBe(await Everything(old));
    }

    [SkippableFact]
    public async Task Bytes_that_are_not_what_their_row_says_are_not_moved()
    {
        await using var store = await bed.OpenStore();
        var damaged = Directory.EnumerateFiles(Path.Combine(folder, ObjectKeys.Originals), "*.jpg", SearchOption.AllDirectories).First();
        await File.AppendAllTextAsync(damaged, "x");
        (await Should.ThrowAsync<MoveException>(() => new StoreMove(old, store).Run(None))).Message.ShouldContain("not what their rows say");
        (await store.Jobs.List(new JobQuery { Tenant = Tenant }, None)).Items.ShouldBeEmpty();
    }

    // A job in each state, and a row in each table.
    async Task Fill()
    {
        await old.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 1000, KeepCompleted = 500 }, None);
        var assets = new List<Asset>();
        for (var i = 0; i < 6; i++) assets.Add(await AddOriginal(i));
        await old.Accounts.AddKey(new ApiKey(Ids.New(time), "key", "hash", Scopes.Read, Tenant, time.GetUtcNow(), null, null), None);
        await old.Accounts.Secret("links", None);
        var item = await old.Items.Save(new Item { Id = Ids.New(time), Tenant = Tenant, Collection = "articles", ExternalId = "a-1", Metadata = new JsonObject { ["x"] = 1 }, CreatedAt = time.GetUtcNow(), UpdatedAt = time.GetUtcNow() }, None);

        await Submit(Draft(assets[0].Id) with { ItemId = item.Id, Metadata = new JsonObject { ["é"] = "ü" }, Tags = ["a", "b"], Priority = 9, ContentKey = "k1" }, batch: true, key: "once");
        var completed = await Claim();
        await old.Jobs.SaveCheckpoint(completed.Job.Id, completed.Lease, new Checkpoint(0, await Result("c"), [], null), None);
        await Settle(completed, new Ending.Completed([new NewOutput(Ids.New(time), "out", 0, await Result("r"))], new JsonObject { ["found"] = 7, ["labels"] = new JsonArray("bib:7") }));
        await Submit(Draft(assets[1].Id));
        await Settle(await Claim(), new Ending.Failed(new JobError("crashed", "It crashed.", false), Crash: true, assets[1].Sha256));
        await Submit(Draft(assets[2].Id));
        await old.Jobs.Cancel(Tenant, jobs[^1], None);
        await Submit(Draft(assets[3].Id));
        await Settle(await Claim(), new Ending.Park(new Parked("budget", "No money.")));
        await Submit(Draft(assets[4].Id));
        var held = await Claim();
        await old.Jobs.SaveCheckpoint(held.Job.Id, held.Lease, new Checkpoint(0, await Result("h"), [], null), None);
        await Submit(Draft(assets[5].Id) with { RunAt = time.GetUtcNow() + TimeSpan.FromDays(1) });
        await Submit(Draft(assets[0].Id) with { ContentKey = "k2" });
        await Submit(Draft(assets[0].Id) with { ContentKey = "k2" });
    }

    NewJob Draft(Guid asset) => new() { Id = Ids.New(time), Tenant = Tenant, Queue = Queue.Default, Pipeline = Grey, AssetId = asset };

    async Task Submit(NewJob job, bool batch = false, string? key = null)
    {
        jobs.Add(job.Id);
        await old.Jobs.Submit(new NewSubmission
        {
            Jobs = [job],
            Batch = batch ? new NewBatch(Ids.New(time), Tenant, "night") : null,
            Idempotency = key is null ? null : new Idempotency(Tenant, key, "print"),
        }, None);
    }

    async Task<ClaimedJob> Claim() => (await old.Jobs.Claim(new ClaimRequest { Worker = "w", Max = 1, LeaseFor = Lease }, None)).Jobs.Single();

    async Task Settle(ClaimedJob claimed, Ending ending) => (await old.Jobs.Settle(new Settlement(claimed.Job.Id, claimed.Lease, ending, []), None)).ShouldBeTrue();

    async Task<Asset> AddOriginal(int number)
    {
        var id = Ids.New(time);
        var (key, bytes, sha256) = await Put(ObjectKeys.Original(id, "image/jpeg"), $"picture {number}");
        var asset = new Asset { Id = id, Tenant = Tenant, ObjectKey = key, ContentType = "image/jpeg", Bytes = bytes, Sha256 = sha256, Width = 40, Height = 30, FileName = $"{number}.jpg", CreatedAt = time.GetUtcNow() };
        await old.Assets.Add(asset, None);
        return asset;
    }

    async Task<StoredImage> Result(string text)
    {
        var (key, bytes, sha256) = await Put(ObjectKeys.Result(Ids.New(time), 1, 0, "image/jpeg"), text);
        return new StoredImage(key, "image/jpeg", bytes, sha256, 40, 30, 1);
    }

    async Task<(string Key, long Bytes, string Sha256)> Put(string key, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var path = Path.Combine(old.Objects.Scratch, $"{Guid.NewGuid():N}");
        await File.WriteAllBytesAsync(path, bytes);
        await old.Objects.Put(key, path, "image/jpeg", None);
        return (key, bytes.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
    }

    // All that the ports show, as text.
    async Task<string> Everything(IStore store)
    {
        var found = new List<object?>();
        foreach (var job in jobs) found.Add(await store.Jobs.Get(Tenant, job, None));
        found.AddRange((await store.Assets.List(new AssetQuery { Tenant = Tenant, Limit = 500 }, None)).Items);
        found.AddRange((await store.Jobs.ListBatches(Tenant, null, 100, None)).Items);
        found.AddRange((await store.Items.List(Tenant, "articles", null, null, 100, None)).Items);
        found.AddRange((await store.Items.List(Tenant, "articles", "bib:7", null, 100, None)).Items.Select(item => item.Id).Cast<object>());
        found.AddRange(await store.Queues.List(None));
        found.AddRange(await store.Jobs.Ledger(None));
        found.AddRange(await Events(store));
        found.AddRange(await store.Accounts.ListKeys(None));
        found.Add(Convert.ToHexString(await store.Accounts.Secret("links", None)));
        found.Add(await store.Jobs.FindQuarantine(Tenant, (await store.Assets.List(new AssetQuery { Tenant = Tenant, Search = "1.jpg" }, None)).Items[0].Sha256, None));
        foreach (var area in ObjectKeys.Areas)
            found.Add(await store.Objects.List(area, None).Select(one => $"{one.Key} {one.Bytes}").OrderBy(line => line, StringComparer.Ordinal).ToArrayAsync());
        return string.Join('\n', found.Select(one => JsonSerializer.Serialize(one, RevelaJson.Options)));
    }

    static async Task<JobEvent[]> Events(IStore store) => [.. await store.Events.Read(0, 1000, None)];
}
