using Revela.App.Folders;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Folders;

/// <summary>Pictures that are put into a folder come back developed.</summary>
public sealed class FolderWatcherTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("revela-watched-").FullName;
    LiveServer live = null!;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(folder, "in"));
        live = await LiveServer.Start(options => options with { Watch = new WatchOptions { Folder = folder, Pipeline = "renditions", Every = TimeSpan.FromMilliseconds(100) } });
    }

    public async Task DisposeAsync()
    {
        await live.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_is_put_in_comes_back_and_what_is_no_picture_is_told()
    {
        await File.WriteAllBytesAsync(Path.Combine(folder, "in", "cat.png"), Pictures.New(60, 40));
        await File.WriteAllTextAsync(Path.Combine(folder, "in", "notes.txt"), "no picture");
        // In the order in which a file goes through them, so that none is overlooked on its way.
        await Eventually.Is(() => Names("in").Length + Names("taken").Length == 0);

        var done = Names("done");
        done.Length.ShouldBe(3);
        done.ShouldAllBe(name => name.StartsWith("cat-", StringComparison.Ordinal));
        Names("failed").ShouldBe(["notes.txt", "notes.txt.txt"]);
        (await live.Get("/api/v1/jobs"))["jobs"]!.AsArray().ShouldHaveSingleItem()!["state"]!.ToString().ShouldBe("completed");
    }

    [Fact]
    public async Task A_file_that_was_taken_when_the_server_died_is_developed_once()
    {
        var id = Revela.Core.Ids.New(TimeProvider.System);
        var taken = Path.Combine(folder, "taken", $"{id:N}-dog.png");
        Directory.CreateDirectory(Path.GetDirectoryName(taken)!);
        var written = Path.Combine(folder, "dog.part");
        await File.WriteAllBytesAsync(written, Pictures.New(60, 40));
        File.Move(written, taken);
        await Eventually.Is(() => !File.Exists(taken));
        (await live.Get("/api/v1/jobs"))["jobs"]!.AsArray().ShouldHaveSingleItem()!["id"]!.ToString().ShouldBe(id.ToString("D"));
        Names("done").Length.ShouldBe(3);
    }

    string[] Names(string part) => Directory.Exists(Path.Combine(folder, part)) ? [.. Directory.EnumerateFiles(Path.Combine(folder, part)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];
}
