using System.IO.Compression;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App;

/// <summary>Batches: progress, listing and the zip of their results.</summary>
[Collection(nameof(SharedServer))]
public sealed class BatchTests(SharedServer shared)
{
    const string Route = "/api/v1/batches";
    readonly LiveServer live = shared.Live;

    [Fact]
    public async Task A_batch_tells_how_far_it_is_and_gives_all_results_in_one_zip()
    {
        var form = Form(("pipeline", "grayscale"), ("batch", "summer/2026")).File(Pictures.New(), "same.png").File(Pictures.New(), "same.png").File(Pictures.New(), "../odd.png");
        var answer = await live.Post("/api/v1/jobs", form, wait: LiveServer.Patience).ShouldBe(200);
        var batch = await live.Get($"{Route}/{answer["batch_id"]}");
        batch["total"]!.GetValue<int>().ShouldBe(3);
        batch["completed"]!.GetValue<int>().ShouldBe(3);
        batch["progress"]!.GetValue<double>().ShouldBe(1);

        using var download = await live.Stranger.GetAsync(batch["links"]!["download"]!.ToString());
        download.Content.Headers.ContentDisposition!.FileName.ShouldBe("2026.zip");
        using var zip = new ZipArchive(await download.Content.ReadAsStreamAsync());
        zip.Entries.Select(entry => entry.FullName).ShouldBe(["odd.png", "same.png", "same-2.png", "manifest.csv", "manifest.json"], ignoreOrder: true);
        foreach (var entry in zip.Entries.Where(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal)))
        {
            using var bytes = new MemoryStream();
            await using (var from = entry.Open()) await from.CopyToAsync(bytes);
            bytes.ToArray()[1..4].ShouldBe("PNG"u8.ToArray());
        }
        (await live.Get($"{Route}?limit=500"))["batches"]!.AsArray().ShouldContain(one => one!["id"]!.ToString() == answer["batch_id"]!.ToString());
        (await live.Get($"/api/v1/jobs?batch_id={answer["batch_id"]}"))["jobs"]!.AsArray().Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_batch_without_a_result_yet_has_no_download()
    {
        var job = await live.Post("/api/v1/jobs", Form(("pipeline", "grayscale"), ("batch", "true"), ("run_at", "2999-01-01T00:00:00Z")).File(Pictures.New())).ShouldBe(202);
        await live.Client.GetAsync($"{Route}/{job["batch_id"]}/download").ShouldBeProblem(409, ErrorCodes.NotFinished);
        await live.Post($"/api/v1/jobs/{job["id"]}/cancel", null).ShouldBe(200);
        await live.Client.GetAsync($"{Route}/{job["batch_id"]}/download").ShouldBeProblem(409, ErrorCodes.WrongState);
        (await live.Get($"{Route}/{job["batch_id"]}"))["cancelled"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task An_unknown_batch_is_404()
    {
        await live.Client.GetAsync($"{Route}/{Guid.NewGuid()}").ShouldBeProblem(404, ErrorCodes.NotFound);
        await live.Client.GetAsync($"{Route}/{Guid.NewGuid()}/download").ShouldBeProblem(404, ErrorCodes.NotFound);
        await live.Client.GetAsync($"{Route}?limit=0").ShouldBeProblem(400, ErrorCodes.InvalidRequest);
    }
}
