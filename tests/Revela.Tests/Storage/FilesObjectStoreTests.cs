using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Storage.Objects.Files;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

/// <summary>Objects as files: the conformance suite, and what only files can do.</summary>
public sealed class FilesObjectStoreTests : ObjectStoreConformance
{
    readonly string folder = Directory.CreateTempSubdirectory("revela-objects-").FullName;

    protected override Task<IObjectStore> Open() => Task.FromResult<IObjectStore>(new FilesObjectStore(folder, TimeProvider.System));

    protected override Task Remove()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_fetched_file_is_the_object_itself_and_no_copy()
    {
        var key = NewKey();
        await Objects.Put(key, Scratch([1]), "image/png", None);
        using var file = await Objects.Fetch(key, None);
        file!.Path.ShouldBe(Path.Combine(folder, key));
    }

    [Fact]
    public async Task Storage_that_went_away_is_an_outage_and_not_an_absent_object()
    {
        var key = NewKey();
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllBytesAsync(path, [1]);
        Directory.Delete(folder, recursive: true);
        await File.WriteAllTextAsync(folder, "no folder any more");
        try
        {
            await MustBeOutage(() => Objects.Open(key, None));
            await MustBeOutage(() => Objects.Fetch(key, None));
            await MustBeOutage(() => Objects.Put(key, path, "image/png", None));
            await MustBeOutage(() => Objects.Prepare(None));
            await MustBeOutage(async () => { await foreach (var _ in Objects.List(ObjectKeys.Processed, None)) { } });
            File.Exists(path).ShouldBeTrue();
        }
        finally
        {
            File.Delete(folder);
            File.Delete(path);
        }
    }

    [Fact]
    public async Task An_area_that_went_away_is_not_made_anew_under_the_one_that_comes_back()
    {
        var key = NewKey();
        await Objects.Put(key, Scratch([1]), "image/png", None);
        var area = Path.Combine(folder, ObjectKeys.Areas.Single(name => key.StartsWith(name, StringComparison.Ordinal)));
        Directory.Move(area, area + ".away");

        await MustBeOutage(() => Objects.Put(NewKey(), Scratch([2]), "image/png", None));
        Directory.Exists(area).ShouldBeFalse();

        Directory.Move(area + ".away", area);
        using var file = await Objects.Fetch(key, None);
        file.ShouldNotBeNull();
    }

    static async Task MustBeOutage(Func<Task> action)
    {
        var outage = await Should.ThrowAsync<OutageException>(action);
        outage.Error.Code.ShouldBe(ErrorCodes.StorageUnavailable);
    }

    [Fact]
    public async Task Old_files_on_their_way_in_are_swept_and_young_ones_kept()
    {
        var (old, young) = (Scratch([1]), Scratch([2]));
        var oldFolder = Directory.CreateDirectory(Path.Combine(Objects.Scratch, "left-behind")).FullName;
        File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2));
        Directory.SetLastWriteTimeUtc(oldFolder, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2));
        await Objects.Prepare(None);
        (File.Exists(old), Directory.Exists(oldFolder), File.Exists(young)).ShouldBe((false, false, true));
    }

    [Fact]
    public async Task Empty_folders_go_with_their_last_object()
    {
        var key = NewKey();
        await Objects.Put(key, Scratch([1]), "image/png", None);
        await Objects.Delete(key, None);
        Directory.EnumerateFileSystemEntries(Path.Combine(folder, ObjectKeys.Processed)).ShouldBeEmpty();
    }
}
