using Revela.Core;
using Revela.Core.Jobs;
using Revela.Storage;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

/// <summary>A data folder as one store: opened, closed and opened again.</summary>
public sealed class EmbeddedStoreTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("revela-store-").FullName;

    [Fact]
    public async Task A_secret_is_the_same_for_every_opening()
    {
        var time = new ManualTime();
        byte[] first;
        await using (var store = await EmbeddedStore.Open(folder, time, null, default)) first = await store.Accounts.Secret("links", default);
        await using var again = await EmbeddedStore.Open(folder, time, null, default);

        (await again.Accounts.Secret("links", default)).ShouldBe(first);
        first.Length.ShouldBe(32);
    }

    [Fact]
    public async Task An_empty_store_has_an_empty_ledger()
    {
        await using var store = await EmbeddedStore.Open(folder, new ManualTime(), null, default);

        (await store.Jobs.Ledger(default)).ShouldBeEmpty();
        (await store.Jobs.List(new JobQuery { Tenant = "t" }, default)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_an_outage_and_not_overwritten()
    {
        var file = Path.Combine(folder, "revela.db");
        await File.WriteAllTextAsync(file, new string('x', 8192));

        var outage = await Should.ThrowAsync<OutageException>(() => EmbeddedStore.Open(folder, new ManualTime(), null, default));
        outage.Error.Code.ShouldBe(ErrorCodes.StoreUnavailable);
        (await File.ReadAllTextAsync(file)).ShouldStartWith("xxxx");
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_made_is_an_outage()
    {
        var file = Path.Combine(folder, "taken");
        await File.WriteAllTextAsync(file, "");
        await Should.ThrowAsync<OutageException>(() => EmbeddedStore.Open(file, new ManualTime(), null, default));
    }

    [Fact]
    public async Task Data_of_a_newer_version_is_refused()
    {
        await (await EmbeddedStore.Open(folder, new ManualTime(), null, default)).DisposeAsync();
        await using (var file = File.OpenWrite(Path.Combine(folder, "revela.db")))
        {
            // The version of the tables stands in bytes 60–63 of the file.
            file.Position = 60;
            file.Write([0, 0, 1, 0]);
        }
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => EmbeddedStore.Open(folder, new ManualTime(), null, default));
        refused.Message.ShouldContain("newer version");
    }

    [Fact]
    public async Task Several_processes_may_make_the_same_folder_at_once()
    {
        for (var round = 0; round < 20; round++)
        {
            var shared = Path.Combine(folder, $"{round}");
            var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => EmbeddedStore.Open(shared, new ManualTime(), null, default))));
            foreach (var store in stores) (await store.Jobs.Ledger(default)).ShouldBeEmpty();
            foreach (var store in stores) await store.DisposeAsync();
        }
    }

    [Fact, System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Nobody_else_on_the_machine_can_read_the_rows()
    {
        await using var store = await EmbeddedStore.Open(folder, new ManualTime(), null, default);
        await store.Accounts.Secret("links", default);
        foreach (var file in Directory.EnumerateFiles(folder, "revela.db*"))
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_closed_store_takes_nothing_more()
    {
        var store = await EmbeddedStore.Open(folder, new ManualTime(), null, default);
        var jobs = store.Jobs;
        await store.DisposeAsync();
        await Should.ThrowAsync<OutageException>(() => jobs.Rescue(1, default));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
