using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Assets;
using Revela.Core.Events;
using Revela.Core.Jobs;
using Revela.Core.Queues;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

/// <summary>What every store of assets, items, queues, workers, events and accounts must do (law 10).</summary>
public abstract partial class RowStoreConformance : StoreBed
{
    [SkippableFact]
    public async Task An_asset_reads_as_it_was_added_and_only_for_its_tenant()
    {
        var asset = await AddOriginal();
        (await Store.Assets.Get(Tenant, asset.Id, None)).ShouldBe(asset);
        (await Store.Assets.Get("other", asset.Id, None)).ShouldBeNull();
        (await Store.Assets.Delete("other", asset.Id, None)).ShouldBeFalse();
    }

    [SkippableFact]
    public async Task An_asset_of_an_id_that_is_taken_changes_nothing()
    {
        var asset = await AddOriginal();
        (await Store.Assets.Add(asset with { ObjectKey = "originals/other.png", Bytes = 7 }, None)).ShouldBeFalse();
        (await Store.Assets.Add(asset with { Tenant = "other" }, None)).ShouldBeFalse();
        (await Store.Assets.Get(Tenant, asset.Id, None)).ShouldBe(asset);
        (await Store.Assets.Get("other", asset.Id, None)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task Assets_are_listed_newest_first_with_filters()
    {
        var (first, second) = (await AddOriginal("one.jpg"), await AddOriginal("two.jpg"));
        var job = await Submit(Draft(first.Id));
        var claimed = await ClaimOne();
        var output = Output(claimed);
        await Complete(claimed, output);
        await AddOriginal("theirs.jpg", tenant: "other");

        (await Find(q => q)).ShouldBe([output.AssetId, second.Id, first.Id]);
        (await Find(q => q with { Derived = true })).ShouldBe([output.AssetId]);
        (await Find(q => q with { Derived = false })).ShouldBe([second.Id, first.Id]);
        (await Find(q => q with { ParentId = first.Id })).ShouldBe([output.AssetId]);
        (await Find(q => q with { JobId = job.JobId })).ShouldBe([output.AssetId]);
        (await Find(q => q with { Sha256 = second.Sha256 })).ShouldBe([second.Id]);
        (await Find(q => q with { Search = "two" })).ShouldBe([second.Id]);
        var page = await Store.Assets.List(new AssetQuery { Tenant = Tenant, Limit = 2 }, None);
        (await Find(q => q with { Cursor = page.Next })).ShouldBe([first.Id]);
    }

    async Task<Guid[]> Find(Func<AssetQuery, AssetQuery> with) =>
        [.. (await Store.Assets.List(with(new AssetQuery { Tenant = Tenant }), None)).Items.Select(asset => asset.Id)];

    [SkippableFact]
    public async Task An_asset_that_an_unfinished_job_reads_cannot_be_deleted()
    {
        var asset = await AddOriginal();
        await Submit(Draft(asset.Id));
        (await Store.Assets.Delete(Tenant, asset.Id, None)).ShouldBeFalse();
        var claimed = await ClaimOne();
        (await Store.Assets.Delete(Tenant, asset.Id, None)).ShouldBeFalse();
        await Complete(claimed);
        (await Store.Assets.Delete(Tenant, asset.Id, None)).ShouldBeTrue();
        (await Store.Assets.Delete(Tenant, asset.Id, None)).ShouldBeFalse();
        (await Store.Assets.Doomed(10, None)).ShouldBe([asset.ObjectKey]);
    }

    [SkippableFact]
    public async Task Doomed_objects_are_named_oldest_first_until_they_are_buried()
    {
        var assets = new[] { await AddOriginal(), await AddOriginal(), await AddOriginal() };
        foreach (var asset in assets) await Store.Assets.Delete(Tenant, asset.Id, None);
        var keys = assets.Select(asset => asset.ObjectKey).ToArray();
        (await Store.Assets.Doomed(2, None)).ShouldBe(keys[..2]);
        (await Store.Assets.Named([.. keys, "originals/none.jpg"], None)).ShouldBe(keys, ignoreOrder: true);
        await Store.Assets.Buried([keys[0], "originals/none.jpg"], None);
        (await Store.Assets.Doomed(10, None)).ShouldBe(keys[1..]);
        (await Store.Assets.Named([keys[0]], None)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Waiting_bytes_count_each_waiting_original_once()
    {
        var (large, small) = (await AddOriginal(bytes: 5000), await AddOriginal(bytes: 70));
        await Submit(Draft(large.Id));
        await Submit(Draft(large.Id));
        await Submit(Draft(small.Id));
        (await Store.Assets.WaitingBytes(None)).ShouldBe(5070);
        var claim = await ClaimAll();
        (await Store.Assets.WaitingBytes(None)).ShouldBe(0);
        await Settle(claim.Jobs[0], new Ending.GivenBack());
        (await Store.Assets.WaitingBytes(None)).ShouldBe(5000);
    }

    [SkippableFact]
    public async Task A_queue_keeps_every_setting()
    {
        var queue = new Queue
        {
            Name = "catalog",
            Paused = true,
            Concurrency = 3,
            GlobalLimit = 1,
            RateLimit = 10,
            RatePeriod = TimeSpan.FromMinutes(1),
            MinGap = TimeSpan.FromSeconds(2),
            KeepCompleted = 100,
            KeepFailed = 500,
            KeepFor = TimeSpan.FromDays(7),
        };
        await Store.Queues.Save(queue, None);
        (await Store.Queues.Get("catalog", None)).ShouldBe(queue);
        (await Store.Queues.List(None)).Select(q => q.Name).ShouldBe(["catalog", Queue.Default]);
        (await Store.Queues.Get("none", None)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task A_persons_change_wins_over_a_recipes_default_but_a_first_job_does_not()
    {
        await Submit(Draft() with { Queue = "photos" });
        (await Store.Queues.Get("photos", None)).ShouldBe(new Queue { Name = "photos" });
        await Store.Queues.EnsureExists(new Queue { Name = "photos", Concurrency = 3 }, None);
        (await Store.Queues.Get("photos", None))!.Concurrency.ShouldBe(3);
        await Store.Queues.Save(new Queue { Name = "photos", Concurrency = 9 }, None);
        await Store.Queues.EnsureExists(new Queue { Name = "photos", Concurrency = 3 }, None);
        (await Store.Queues.Get("photos", None))!.Concurrency.ShouldBe(9);
        (await Store.Jobs.Ledger(None)).Single(line => line.Queue == "photos").Pending.ShouldBe(1);
    }

    [SkippableFact]
    public async Task Workers_register_show_that_they_live_and_leave()
    {
        var worker = new WorkerInfo("w1", "host/boot", 4711, 123456789, Time.GetUtcNow(), Time.GetUtcNow(), 4096);
        await Store.Workers.Save(worker, None);
        var later = worker with { SeenAt = Time.GetUtcNow().AddSeconds(5) };
        await Store.Workers.Save(later, None);
        (await Store.Workers.List(None)).ShouldBe([later]);
        await Store.Workers.Remove("w1", None);
        (await Store.Workers.List(None)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A_worker_that_drains_is_given_nothing_until_it_is_ordered_back_or_is_another_process()
    {
        var worker = new WorkerInfo("worker", "host/boot", 4711, 123456789, Time.GetUtcNow(), Time.GetUtcNow(), 4096);
        (await Store.Workers.Drain(worker.Id, true, None)).ShouldBeFalse("it is unknown");
        await Store.Workers.Save(worker, None);
        await SubmitMany(2);
        var held = await ClaimOne();
        (await Store.Workers.Drain(worker.Id, true, None)).ShouldBeTrue();
        await Store.Workers.Save(worker with { SeenAt = Time.GetUtcNow().AddSeconds(5) }, None);
        (await Store.Workers.List(None)).Single().Drains.ShouldBeTrue("it stays so however often it shows that it lives");
        (await ClaimAll()).Jobs.ShouldBeEmpty();
        (await Store.Jobs.Claim(Request() with { Tenant = Tenant }, None)).Jobs.ShouldBeEmpty();
        (await Complete(held)).ShouldBeTrue("what it holds it ends");
        (await Store.Jobs.Claim(Request(1) with { Worker = "another" }, None)).Jobs.Count.ShouldBe(1);

        await SubmitMany(1);
        (await Store.Workers.Drain(worker.Id, false, None)).ShouldBeTrue();
        (await ClaimOne()).Job.State.ShouldBe(JobState.Processing);
    }

    [SkippableFact]
    public async Task A_duty_has_one_holder_until_its_time_is_over_or_it_leaves()
    {
        var hold = TimeSpan.FromSeconds(10);
        (await Store.Workers.TakeDuty("upkeep", "w1", hold, None)).ShouldBeTrue();
        (await Store.Workers.TakeDuty("upkeep", "w2", hold, None)).ShouldBeFalse();
        (await Store.Workers.TakeDuty("other", "w2", hold, None)).ShouldBeTrue();
        Time.Advance(TimeSpan.FromSeconds(9));
        (await Store.Workers.TakeDuty("upkeep", "w1", hold, None)).ShouldBeTrue("the holder keeps it by asking again");
        Time.Advance(TimeSpan.FromSeconds(9));
        (await Store.Workers.TakeDuty("upkeep", "w2", hold, None)).ShouldBeFalse();
        Time.Advance(TimeSpan.FromSeconds(1));
        (await Store.Workers.TakeDuty("upkeep", "w2", hold, None)).ShouldBeTrue("its time is over");
        (await Store.Workers.TakeDuty("upkeep", "w1", hold, None)).ShouldBeFalse();
        await Store.Workers.Remove("w2", None);
        (await Store.Workers.TakeDuty("upkeep", "w1", hold, None)).ShouldBeTrue("its holder has left");
    }

    [SkippableFact]
    public async Task Of_many_that_want_a_duty_at_once_one_gets_it()
    {
        var got = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => Store.Workers.TakeDuty("upkeep", $"w{i}", TimeSpan.FromSeconds(10), None))));
        got.Count(isMine => isMine).ShouldBe(1);
    }

    [SkippableFact]
    public async Task Events_are_read_in_order_from_any_point_and_pruned_by_age()
    {
        var first = await Submit();
        Time.Advance(TimeSpan.FromHours(1));
        var second = await Submit();
        var all = await Store.Events.Read(0, 10, None);
        all.Select(e => (e.JobId, e.Type, e.Tenant, e.Queue)).ShouldBe(
            [(first.JobId, EventTypes.Accepted, Tenant, Queue.Default), (second.JobId, EventTypes.Accepted, Tenant, Queue.Default)]);
        (await Store.Events.Read(all[0].Id, 10, None)).Single().JobId.ShouldBe(second.JobId);
        (await Store.Events.Read(0, 1, None)).Count.ShouldBe(1);
        (await Store.Events.LastId(None)).ShouldBe(all[1].Id);
        (await Store.Events.ReadJob("other", first.JobId, 0, 10, None)).ShouldBeEmpty();

        (await Store.Events.Prune(Time.GetUtcNow(), 10, None)).ShouldBe(1);
        await Store.Events.Prune(DateTimeOffset.MaxValue, 10, None);
        (await Store.Events.Read(0, 10, None)).ShouldBeEmpty();
        await Submit();
        (await Store.Events.Read(all[1].Id, 10, None)).Count.ShouldBe(1);
    }

    [SkippableFact]
    public async Task A_readers_place_in_the_events_moves_on_from_where_it_stands_only()
    {
        (await Store.Events.Position("broker", None)).ShouldBe(0);
        (await Store.Events.Advance("broker", 3, 7, None)).ShouldBeFalse();
        (await Store.Events.Advance("broker", 0, 7, None)).ShouldBeTrue();
        (await Store.Events.Advance("broker", 0, 9, None)).ShouldBeFalse();
        (await Store.Events.Position("broker", None)).ShouldBe(7);
        (await Store.Events.Position("other", None)).ShouldBe(0);
        var both = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Store.Events.Advance("broker", 7, 10 + i, None)));
        both.Count(moved => moved).ShouldBe(1);
    }

    [SkippableFact]
    public async Task Keys_are_found_by_hash_touched_at_most_once_a_minute_and_revoked()
    {
        var key = new ApiKey(Ids.New(Time), "laptop", "hash", Scopes.Read | Scopes.Submit, Tenant, Time.GetUtcNow(), null, null);
        await Store.Accounts.AddKey(key, None);
        (await Store.Accounts.FindKey("hash", None)).ShouldBe(key);
        (await Store.Accounts.FindKey("none", None)).ShouldBeNull();

        var used = Time.GetUtcNow();
        await Store.Accounts.TouchKey(key.Id, None);
        Time.Advance(TimeSpan.FromSeconds(59));
        await Store.Accounts.TouchKey(key.Id, None);
        (await Store.Accounts.FindKey("hash", None))!.LastUsedAt.ShouldBe(used);
        Time.Advance(TimeSpan.FromSeconds(1));
        await Store.Accounts.TouchKey(key.Id, None);
        (await Store.Accounts.ListKeys(None)).Single().LastUsedAt.ShouldBe(Time.GetUtcNow());

        (await Store.Accounts.RevokeKey(key.Id, None)).ShouldBeTrue();
        (await Store.Accounts.RevokeKey(key.Id, None)).ShouldBeFalse();
        (await Store.Accounts.FindKey("hash", None))!.RevokedAt.ShouldBe(Time.GetUtcNow());
    }

    [SkippableFact]
    public async Task A_secret_is_made_once_for_every_process()
    {
        await using var second = await Open();
        var secrets = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? Store : second).Accounts.Secret("links", None)));
        secrets[0].Length.ShouldBe(32);
        secrets.ShouldAllBe(secret => secret.SequenceEqual(secrets[0]));
        (await Store.Accounts.Secret("other", None)).ShouldNotBe(secrets[0]);
    }
}
