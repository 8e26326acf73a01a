using Revela.Core;
using Revela.Core.Events;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Core.Queues;
using Revela.Storage.Objects.Files;
using Revela.Storage.Postgres;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage.Postgres;

/// <summary>What PostgreSQL adds to the conformance suites: many processes, connections that die, and messages between them.</summary>
public sealed class PostgresStoreTests : IAsyncLifetime
{
    static readonly CancellationToken None = CancellationToken.None;
    static readonly Pipeline Grayscale = new() { Name = "grey", Steps = [new Step("grayscale", [])] };

    readonly ManualTime time = new();
    readonly PostgresBed bed;

    public PostgresStoreTests() => bed = new PostgresBed(time);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => bed.Remove();

    [SkippableFact]
    public async Task A_reader_of_events_skips_none_while_many_processes_write()
    {
        await using var first = await bed.OpenStore();
        await using var second = await bed.OpenStore();
        await first.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 1000 }, None);
        var writing = Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => WriteEvents(i % 2 == 0 ? first : second))));

        var seen = new List<long>();
        for (var isLast = false; ;)
        {
            var page = await first.Events.Read(seen.LastOrDefault(), 50, None);
            seen.AddRange(page.Select(happened => happened.Id));
            if (page.Count == 0 && isLast) break;
            isLast = writing.IsCompleted;
        }
        await writing;

        var all = (await first.Events.Read(0, 10_000, None)).Select(happened => happened.Id).ToList();
        all.Count.ShouldBe(8 * 25 * 3);
        seen.ShouldBe(all);
    }

    [SkippableFact]
    public async Task What_a_tenant_submits_from_many_sides_at_once_is_charged_to_it_in_full()
    {
        await using var first = await bed.OpenStore();
        await using var second = await bed.OpenStore();
        await first.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 1000 }, None);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() =>
            (i % 2 == 0 ? first : second).Jobs.Submit(new NewSubmission { Jobs = [.. Enumerable.Range(0, 10).Select(_ => NewJob())] }, None))));
        var behind = await Submit(first);
        var other = NewJob() with { Tenant = "small" };
        await first.Jobs.Submit(new NewSubmission { Jobs = [other] }, None);

        var order = (await first.Jobs.Claim(new ClaimRequest { Worker = "w", Max = 1000, LeaseFor = TimeSpan.FromSeconds(20) }, None)).Jobs.Select(claimed => claimed.Job.Id).ToList();
        order.Count.ShouldBe(202);
        order[^1].ShouldBe(behind);
        order.IndexOf(other.Id).ShouldBeLessThanOrEqualTo(20);
    }

    [SkippableFact]
    public async Task The_line_is_cleared_of_its_dead_rows_while_many_pass()
    {
        await using var store = await bed.OpenStore();
        await store.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 100_000 }, None);
        await store.Jobs.Submit(new NewSubmission { Jobs = [.. Enumerable.Range(0, 20_000).Select(_ => NewJob())] }, None);
        for (var taken = 0; taken < 20; taken++)
            (await store.Jobs.Claim(new ClaimRequest { Worker = "w", Max = 1000, LeaseFor = TimeSpan.FromSeconds(20) }, None)).Jobs.Count.ShouldBe(1000);
        await bed.Until("(SELECT vacuum_count > 0 FROM pg_stat_all_tables WHERE relid = 'revela.ready'::regclass)");
    }

    [SkippableFact]
    public async Task A_store_whose_connections_were_ended_goes_on_by_itself()
    {
        await using var store = await bed.OpenStore();
        var before = await Submit(store);
        await bed.EndConnections();
        (await store.Jobs.Get("studio", before, None)).ShouldNotBeNull();
        await bed.EndConnections();
        var after = await Submit(store);
        await bed.EndConnections();
        (await store.Jobs.Cancel("studio", after, None)).ShouldBe(JobState.Cancelled);
    }

    [SkippableFact]
    public async Task A_database_that_is_away_is_an_outage()
    {
        await using var store = await bed.OpenStore();
        await bed.DropDatabase();
        var outage = await Should.ThrowAsync<OutageException>(() => Submit(store));
        outage.Error.Code.ShouldBe(ErrorCodes.StoreUnavailable);
        await Should.ThrowAsync<OutageException>(() => store.Jobs.Get("studio", Guid.NewGuid(), None));
        await Should.ThrowAsync<OutageException>(() => store.Jobs.Claim(new ClaimRequest { Worker = "w", LeaseFor = TimeSpan.FromSeconds(20) }, None));
    }

    [SkippableFact]
    public async Task A_server_that_does_not_answer_is_an_outage_at_the_start()
    {
        await PostgresServer.Get();
        await Should.ThrowAsync<OutageException>(() => PostgresStore.Open(
            "Host=127.0.0.1;Port=1;Username=nobody;Timeout=2", new FilesObjectStore(Path.GetTempPath(), time), time, null, None));
    }

    [SkippableFact]
    public async Task A_ring_in_one_process_is_heard_in_another_at_once_and_after_its_connection_was_ended()
    {
        await using var here = await bed.OpenStore();
        await using var there = await bed.OpenStore();
        await Hears(there, here);

        // The clock stands still: nothing is found by looking, only by being told.
        await bed.EndConnections();
        var seen = there.Signals.Version(Signal.Work);
        while (!await there.Signals.Wait(Signal.Work, seen, TimeSpan.FromHours(1), None).WaitAsync(TimeSpan.FromSeconds(1)).ContinueWith(wait => wait.IsCompletedSuccessfully))
            time.Advance(TimeSpan.FromSeconds(1));
        await Hears(there, here);
    }

    [SkippableFact]
    public async Task A_commit_rings_in_other_processes_and_stays_done_where_it_cannot()
    {
        await using var here = await bed.OpenStore();
        await using var there = await bed.OpenStore();
        await Hears(there, here);
        var seen = there.Signals.Version(Signal.Work);
        await Submit(here);
        (await there.Signals.Wait(Signal.Work, seen, TimeSpan.FromHours(1), None)).ShouldBeTrue();

        await bed.Run("""
            DO $$ BEGIN CREATE ROLE mute LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
            GRANT ALL ON SCHEMA revela TO mute; GRANT ALL ON ALL TABLES IN SCHEMA revela TO mute; GRANT ALL ON ALL SEQUENCES IN SCHEMA revela TO mute;
            REVOKE EXECUTE ON FUNCTION pg_notify(text, text) FROM PUBLIC
            """);
        await using var mute = await bed.OpenStore("mute");
        seen = mute.Signals.Version(Signal.Work);
        var job = await Submit(mute);
        mute.Signals.Version(Signal.Work).ShouldBeGreaterThan(seen);
        (await there.Jobs.Get("studio", job, None)).ShouldNotBeNull();
    }

    [SkippableFact]
    public async Task Several_processes_may_make_the_tables_at_once()
    {
        var empty = new PostgresBed(time, withTables: false);
        try
        {
            await using var made = await empty.OpenStore();
            var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => empty.OpenStore()));
            foreach (var store in stores) await store.DisposeAsync();
            (await made.Jobs.Ledger(None)).ShouldBeEmpty();
        }
        finally
        {
            await empty.Remove();
        }
    }

    [SkippableFact]
    public async Task Work_that_was_not_taken_leaves_no_row_behind()
    {
        await using var store = await bed.OpenStore();
        NewJob Same(string key) => NewJob() with { ContentKey = key };
        for (var i = 0; i < 3; i++)
            (await Should.ThrowAsync<RevelaException>(() => store.Jobs.Submit(new NewSubmission { Jobs = [Same($"full-{i}"), Same("same")], MaxWaiting = 1 }, None))).Error.Code.ShouldBe(ErrorCodes.Busy);
        await bed.Until("(SELECT count(*) = 0 FROM revela.works)");

        var key = new Idempotency("studio", "order", "hash");
        await store.Jobs.Submit(new NewSubmission { Jobs = [Same("same")], Idempotency = key }, None);
        await store.Jobs.Submit(new NewSubmission { Jobs = [Same("other")], Idempotency = key }, None);
        await Should.ThrowAsync<RevelaException>(() => store.Jobs.Submit(new NewSubmission { Jobs = [Same("another")], Idempotency = key with { Fingerprint = "of another" } }, None));
        // At once, so that they may share a transaction: one is refused, and the other stands for the work.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => store.Jobs.Submit(new NewSubmission { Jobs = [Same("both")], MaxWaiting = i % 2 == 0 ? 1 : long.MaxValue }, None)
            .ContinueWith(ended => ended.IsCompletedSuccessfully.ShouldBe(i % 2 != 0)))));
        await bed.Until("(SELECT count(*) = 2 AND count(*) = count(j.seq) FROM revela.works w LEFT JOIN revela.jobs j ON j.seq = w.seq)");
        (await store.Jobs.Submit(new NewSubmission { Jobs = [Same("both")] }, None))[0].Kind.ShouldBe(SubmissionKind.Joined);
    }

    [SkippableFact]
    public async Task A_submission_of_known_work_that_meets_what_another_is_just_writing_joins_all_of_it()
    {
        await using var store = await bed.OpenStore();
        Task<IReadOnlyList<Submitted>> Submit() => store.Jobs.Submit(new NewSubmission { Jobs = [.. Enumerable.Range(0, 8).Select(i => NewJob() with { ContentKey = $"same-{i}" })] }, None);
        (await Submit()).ShouldAllBe(job => job.Kind == SubmissionKind.Enqueued);

        // The last in the order of hashes, so that the others are known before it is met; written by a transaction that ends once somebody waits for it.
        await bed.Run("CREATE TABLE held AS SELECT * FROM revela.works ORDER BY hash DESC LIMIT 1; DELETE FROM revela.works WHERE hash IN (SELECT hash FROM held)");
        var writing = bed.Run("""
            DO $$ BEGIN
                INSERT INTO revela.works SELECT * FROM held;
                PERFORM pg_advisory_xact_lock(17);
                WHILE NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock') LOOP PERFORM pg_stat_clear_snapshot(), pg_sleep(0.05); END LOOP;
            END $$
            """);
        await bed.Until("EXISTS (SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.objid = 17)");
        (await Submit()).ShouldAllBe(job => job.Kind == SubmissionKind.Joined);
        await writing;
        await bed.Until("(SELECT count(*) = 8 FROM revela.works)");
    }

    [SkippableFact]
    public async Task The_ledger_holds_when_its_rows_are_summed_up()
    {
        await using var store = await bed.OpenStore();
        for (var i = 0; i < 300; i++) await Submit(store);
        var ledger = (await store.Jobs.Ledger(None)).ShouldHaveSingleItem();
        (ledger.Accepted, ledger.Pending, ledger.AddsUp).ShouldBe((300, 300, true));
        (await store.Jobs.CountLedger(None)).ShouldBe([ledger]);
    }

    static async Task Hears(PostgresStore listener, PostgresStore teller)
    {
        // The first ring may come before the listener has said that it listens.
        for (var heard = false; !heard;)
        {
            var seen = listener.Signals.Version(Signal.Orders);
            teller.Signals.Ring(Signal.Orders);
            heard = await listener.Signals.Wait(Signal.Orders, seen, TimeSpan.FromHours(1), None).WaitAsync(TimeSpan.FromSeconds(2)).ContinueWith(wait => wait.IsCompletedSuccessfully);
        }
    }

    async Task WriteEvents(PostgresStore store)
    {
        for (var i = 0; i < 25; i++)
        {
            await Submit(store);
            var claimed = (await store.Jobs.Claim(new ClaimRequest { Worker = "w", Max = 1, LeaseFor = TimeSpan.FromSeconds(20) }, None)).Jobs;
            foreach (var job in claimed) (await store.Jobs.Settle(new Settlement(job.Job.Id, job.Lease, new Ending.Completed([], null), []), None)).ShouldBeTrue();
        }
        for (ClaimResult rest; (rest = await store.Jobs.Claim(new ClaimRequest { Worker = "w", Max = 1, LeaseFor = TimeSpan.FromSeconds(20) }, None)).Jobs.Count > 0;)
            await store.Jobs.Settle(new Settlement(rest.Jobs[0].Job.Id, rest.Jobs[0].Lease, new Ending.Completed([], null), []), None);
    }

    async Task<Guid> Submit(PostgresStore store)
    {
        var job = NewJob();
        await store.Jobs.Submit(new NewSubmission { Jobs = [job] }, None);
        return job.Id;
    }

    NewJob NewJob() => new() { Id = Ids.New(time), Tenant = "studio", Queue = Queue.Default, Pipeline = Grayscale, AssetId = Ids.New(time) };
}
