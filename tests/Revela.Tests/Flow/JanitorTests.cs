using Revela.Core.Assets;
using Revela.Core.Queues;
using Shouldly;
using Xunit;

namespace Revela.Tests.Flow;

public sealed class JanitorTests
{
    [Fact]
    public async Task Retention_by_count_deletes_rows_and_bytes_and_leaves_the_ledger_whole()
    {
        await using var spine = await Spine.Open();
        await spine.Store.Queues.Save(new Queue { Name = Queue.Default, KeepCompleted = 2 }, default);
        for (var i = 0; i < 5; i++)
        {
            await spine.Submit(Spine.Pipeline("cheap"));
            await spine.Turn();
            spine.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await spine.Janitor.Clean(default);

        (await spine.Store.Jobs.List(new() { Tenant = Spine.Tenant }, default)).Items.Count.ShouldBe(2);
        (await spine.ObjectKeysIn(ObjectKeys.Processed)).Count.ShouldBe(2);
        (await spine.ObjectKeysIn(ObjectKeys.Originals)).Count.ShouldBe(2);
        var ledger = (await spine.Store.Jobs.Ledger(default)).ShouldHaveSingleItem();
        (ledger.Accepted, ledger.Completed, ledger.AddsUp).ShouldBe((5, 5, true));
    }

    [Fact]
    public async Task An_object_without_a_row_is_swept_once_it_is_old_and_one_with_a_row_never()
    {
        await using var spine = await Spine.Open();
        var asset = await spine.Upload();
        var orphan = ObjectKeys.Original(Guid.CreateVersion7(spine.Time.GetUtcNow()), "image/png");
        var path = Path.Combine(spine.Store.Objects.Scratch, "orphan");
        await File.WriteAllBytesAsync(path, Spine.Photo());
        await spine.Store.Objects.Put(orphan, path, "image/png", default);

        (await spine.Janitor.Sweep(TimeSpan.FromDays(20_000), default)).ShouldBe(0);
        (await spine.Janitor.Sweep(TimeSpan.FromDays(-20_000), default)).ShouldBe(1);

        (await spine.ObjectKeysIn(ObjectKeys.Originals)).ShouldBe([asset.ObjectKey]);
    }
}
