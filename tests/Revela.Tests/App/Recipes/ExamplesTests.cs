using System.Diagnostics;
using Revela.Imaging.Header;
using Revela.Providers.Fakes;
using Revela.Tests.House;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Recipes;

/// <summary>The walk-throughs in <c>examples/</c> work as they stand.</summary>
[Collection(nameof(SharedServer))]
public sealed class ExamplesTests(SharedServer shared)
{
    readonly LiveServer live = shared.Live;

    [SkippableFact]
    public async Task The_cutout_example_ends_with_a_picture_and_a_notification()
    {
        var photo = Path.Combine(live.Data, "disc.png");
        await File.WriteAllBytesAsync(photo, Pictures.Disc());
        var said = await Walk("cutout.sh", photo);
        said.ShouldContain("status   SUCCESS");
        said.ShouldContain("told     Fondo removido");
        (await live.Stranger.GetAsync(Told(said, "picture"))).Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
    }

    [SkippableFact]
    public async Task The_race_photos_example_finds_the_photo_with_the_number()
    {
        var photo = Path.Combine(live.Data, "race.png");
        await File.WriteAllBytesAsync(photo, BibPhotos.Of("31415"));
        var said = await Walk("race-photos.sh", "31415", photo);
        said.ShouldContain(" completed");
        said.ShouldContain("numbers  31415");
        (await live.Stranger.GetAsync(Told(said, "found"))).Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
    }

    [SkippableFact]
    public async Task The_analyze_example_ends_with_a_result_for_each_image()
    {
        var photos = new[] { "one.png", "two.png" }.Select(name => Path.Combine(live.Data, name)).ToArray();
        foreach (var photo in photos) await File.WriteAllBytesAsync(photo, Pictures.New());
        var said = await Walk("analyze.sh", photos);
        said.Split('\n').Count(line => line.StartsWith("task ", StringComparison.Ordinal) && line.EndsWith(" COMPLETED", StringComparison.Ordinal)).ShouldBe(2);
        foreach (var line in said.Split('\n').Where(line => line.StartsWith("result ", StringComparison.Ordinal)))
            (await live.Stranger.GetAsync(line["result".Length..].Trim())).Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
    }

    [SkippableFact]
    public async Task The_showcase_example_ends_with_the_picture_at_its_address()
    {
        var photo = Path.Combine(live.Data, "hero.png");
        await File.WriteAllBytesAsync(photo, Pictures.Disc());
        var said = await Walk("showcase.sh", "hero-1", photo, "Ada");
        said.ShouldContain("status   complete");
        Told(said, "picture").ShouldContain("/showcase-images/demo/hero-1/showcase_hero-1.png");
        (await live.Stranger.GetAsync(Told(said, "picture"))).Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
    }

    [SkippableFact]
    public async Task The_catalogue_example_ends_with_a_new_picture()
    {
        await using var fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, CancellationToken.None);
        await using var shop = await LiveServer.Start(options => options.SentTo(fakes));
        var photo = Path.Combine(shop.Data, "cup.png");
        await File.WriteAllBytesAsync(photo, Pictures.New());
        var said = await Walk(shop, "catalog.sh", photo, "Taza de barro");
        said.ShouldContain("queued   1: 1 artículo(s) agregado(s) a la cola de procesamiento");
        said.ShouldContain("state    completed");
        (await shop.Stranger.GetAsync(Told(said, "picture"))).Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
    }

    // What stands behind a heading in the script's words.
    static string Told(string said, string heading) => said.Split('\n').Single(line => line.StartsWith($"{heading} ", StringComparison.Ordinal))[heading.Length..].Trim();

    Task<string> Walk(string example, params string[] arguments) => Walk(live, example, arguments);

    static async Task<string> Walk(LiveServer live, string example, params string[] arguments)
    {
        Skip.If(!File.Exists("/usr/bin/curl"), "curl is not installed");
        var start = new ProcessStartInfo("bash", [Path.Combine(Repository.Root, "examples", example), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SERVER"] = live.Address.GetLeftPart(UriPartial.Authority);
        start.Environment["KEY"] = live.Key;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3), TimeProvider.System);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        await process.WaitForExitAsync(limit.Token);
        process.ExitCode.ShouldBe(0, await output + await error);
        return await output;
    }
}
