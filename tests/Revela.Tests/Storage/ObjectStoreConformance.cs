using Revela.Core;
using Revela.Core.Assets;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

/// <summary>What every object store must do, wherever it keeps the bytes (law 10).</summary>
public abstract class ObjectStoreConformance : IAsyncLifetime
{
    protected static readonly CancellationToken None = CancellationToken.None;

    protected IObjectStore Objects { get; private set; } = null!;

    protected abstract Task<IObjectStore> Open();

    protected abstract Task Remove();

    public async Task InitializeAsync()
    {
        Objects = await Open();
        await Objects.Prepare(None);
    }

    public Task DisposeAsync() => Remove();

    protected string Scratch(byte[] bytes)
    {
        var path = Path.Combine(Objects.Scratch, Path.GetRandomFileName());
        File.WriteAllBytes(path, bytes);
        return path;
    }

    protected static string NewKey(string area = ObjectKeys.Processed) =>
        area == ObjectKeys.Originals ? ObjectKeys.Original(Ids.New(new ManualTime()), "image/jpeg") : ObjectKeys.Result(Ids.New(new ManualTime()), 1, 0, "image/png");

    protected async Task<byte[]?> Read(string key)
    {
        await using var stream = await Objects.Open(key, None);
        if (stream is null) return null;
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    [SkippableFact]
    public async Task A_file_becomes_the_object_and_is_gone()
    {
        var (key, path) = (NewKey(), Scratch([1, 2, 3]));
        await Objects.Put(key, path, "image/png", None);
        File.Exists(path).ShouldBeFalse();
        (await Read(key)).ShouldBe([1, 2, 3]);
    }

    [SkippableFact]
    public async Task An_object_put_again_has_the_new_bytes()
    {
        var key = NewKey();
        await Objects.Put(key, Scratch([1, 2, 3]), "image/png", None);
        await Objects.Put(key, Scratch([4]), "image/png", None);
        (await Read(key)).ShouldBe([4]);
    }

    [SkippableFact]
    public async Task An_object_can_be_fetched_as_a_file_to_read()
    {
        var key = NewKey();
        await Objects.Put(key, Scratch([1, 2, 3]), "image/png", None);
        using (var file = (await Objects.Fetch(key, None)).ShouldNotBeNull()) File.ReadAllBytes(file.Path).ShouldBe([1, 2, 3]);
        (await Read(key)).ShouldBe([1, 2, 3]);
    }

    [SkippableFact]
    public async Task A_stream_can_seek()
    {
        var key = NewKey();
        await Objects.Put(key, Scratch([.. Enumerable.Range(0, 200).Select(i => (byte)i)]), "image/png", None);
        await using var stream = (await Objects.Open(key, None))!;
        stream.Length.ShouldBe(200);
        stream.Seek(150, SeekOrigin.Begin);
        stream.ReadByte().ShouldBe(150);
    }

    [SkippableFact]
    public async Task An_absent_object_is_null_and_may_be_deleted()
    {
        (await Objects.Open(NewKey(), None)).ShouldBeNull();
        (await Objects.Fetch(NewKey(), None)).ShouldBeNull();
        await Objects.Delete(NewKey(), None);
    }

    [SkippableFact]
    public async Task A_deleted_object_is_gone_and_can_be_put_again()
    {
        var key = NewKey();
        await Objects.Put(key, Scratch([1]), "image/png", None);
        await Objects.Delete(key, None);
        (await Read(key)).ShouldBeNull();
        await Objects.Put(key, Scratch([2]), "image/png", None);
        (await Read(key)).ShouldBe([2]);
    }

    [SkippableFact]
    public async Task An_area_lists_its_objects_and_no_others()
    {
        var keys = new[] { NewKey(), NewKey() };
        foreach (var key in keys) await Objects.Put(key, Scratch([1, 2]), "image/png", None);
        await Objects.Put(NewKey(ObjectKeys.Originals), Scratch([3]), "image/jpeg", None);
        Scratch([4]);

        var listed = new List<ObjectInfo>();
        await foreach (var info in Objects.List(ObjectKeys.Processed, None)) listed.Add(info);
        listed.Select(info => info.Key).ShouldBe(keys, ignoreOrder: true);
        listed.ShouldAllBe(info => info.Bytes == 2 && info.WrittenAt > DateTimeOffset.UnixEpoch);
    }

    [SkippableFact]
    public async Task Many_puts_deletes_and_reads_at_once_do_not_disturb_each_other()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
        {
            var key = NewKey();
            await Objects.Put(key, Scratch([(byte)i]), "image/png", None);
            (await Read(key)).ShouldBe([(byte)i]);
            if (i % 2 == 0) await Objects.Delete(key, None);
        })));
        var left = 0;
        await foreach (var _ in Objects.List(ObjectKeys.Processed, None)) left++;
        left.ShouldBe(20);
    }

    [SkippableTheory]
    [InlineData("../outside.jpg")]
    [InlineData("processed/../../outside.jpg")]
    [InlineData("/etc/passwd")]
    [InlineData("processed//x.jpg")]
    [InlineData("processed/.hidden")]
    [InlineData("processed/a b.jpg")]
    [InlineData("processed/a\0.jpg")]
    [InlineData("processed/ä.jpg")]
    [InlineData(@"processed\x.jpg")]
    [InlineData("")]
    public async Task A_key_that_is_not_one_of_ours_is_refused(string key)
    {
        await Should.ThrowAsync<ArgumentException>(async () => await Objects.Open(key, None));
        await Should.ThrowAsync<ArgumentException>(() => Objects.Put(key, Scratch([1]), "image/png", None));
        await Should.ThrowAsync<ArgumentException>(() => Objects.Delete(key, None));
    }
}
