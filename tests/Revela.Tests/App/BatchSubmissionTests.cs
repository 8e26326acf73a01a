using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App;

/// <summary>Batches as people make them: a zip or a list in, one notification, a manifest, and the failed ones once more.</summary>
public sealed class BatchSubmissionTests : IAsyncLifetime
{
    const string Route = "/api/v1/batches";
    LiveServer live = null!;

    public async Task InitializeAsync() => live = await LiveServer.Start();

    public async Task DisposeAsync() => await live.DisposeAsync();

    [Fact]
    public async Task A_zip_becomes_a_batch_and_what_is_no_picture_is_told()
    {
        var zip = Zip(("a/one.png", Pictures.New()), ("two.png", Pictures.New()), ("notes.txt", "no picture"u8.ToArray()), ("__MACOSX/._one.png", [1]), (".DS_Store", [1]));
        var answer = await live.Post(Route, Form(("pipeline", "grayscale"), ("batch", "Spring, 2030")).File(zip, "spring.zip", "archive", "application/zip")).ShouldBe(202);
        var refused = answer["refused"]!.AsArray().ShouldHaveSingleItem()!;
        (refused["input"]!.ToString(), refused["code"]!.ToString()).ShouldBe(("notes.txt", ErrorCodes.UnsupportedFormat));
        var batch = answer["batch"]!;
        batch["total"]!.GetValue<int>().ShouldBe(2);

        var told = await Told(1);
        (told["kind"]!.ToString(), told["title"]!.ToString(), told["body"]!.ToString()).ShouldBe(("batch.completed", "Lote listo", "«Spring, 2030»: las 2 imágenes están listas."));
        var ended = await live.Get($"{Route}/{batch["id"]}");
        (ended["progress"]!.GetValue<double>(), ended["eta_seconds"]).ShouldBe((1, null));
        var (manifest, names) = await Download(ended["links"]!["download"]!.ToString());
        names.ShouldBe(["one.png", "two.png", "manifest.csv", "manifest.json"], ignoreOrder: true);
        manifest.Select(row => $"{row!["input"]} {row["state"]} {row["output"]} {row["output_sha256"]!.ToString().Length}").ShouldBe(["one.png completed one.png 64", "two.png completed two.png 64"]);
    }

    [Fact]
    public async Task A_list_of_ids_and_urls_becomes_a_batch_of_what_can_be_taken()
    {
        var asset = await live.Post("/api/v1/assets", new MultipartFormDataContent().File(Pictures.New())).ShouldBe(201);
        var list = $"input,name\n{asset["id"]},\nhttps://example.com/x.jpg,\n{Guid.NewGuid()},\nnonsense,\n";
        var answer = await live.Post(Route, Form(("pipeline", "grayscale")).File(Encoding.UTF8.GetBytes(list), "list.csv", "list", "text/csv")).ShouldBe(202);
        answer["batch"]!["total"]!.GetValue<int>().ShouldBe(1);
        answer["refused"]!.AsArray().Select(one => one!["code"]!.ToString()).ShouldBe([ErrorCodes.UrlNotAllowed, ErrorCodes.NotFound, ErrorCodes.UrlNotAllowed]);
    }

    [Fact]
    public async Task What_failed_is_tried_again_together_and_told_again_once()
    {
        var form = Form(("pipeline", "grayscale")).File(Pictures.New(), "=good.png").File(Damaged(), "bad.png");
        var batch = (await live.Post(Route, form).ShouldBe(202))["batch"]!;
        (await Told(1))["body"]!.ToString().ShouldContain("1 de 2 imágenes están listas, 1 fallaron");
        (await live.Post($"{Route}/{batch["id"]}/retry", null).ShouldBe(200))["count"]!.GetValue<int>().ShouldBe(1);
        await Told(2);
        var csv = await live.Client.GetStringAsync($"{Route}/{batch["id"]}/manifest?format=csv");
        var lines = csv.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldBe("input,input_sha256,asset_id,job_id,state,output,output_sha256,error_code,error,cost_usd");
        lines[1].ShouldStartWith("'=good.png,");
        lines[2].ShouldContain($",failed,,,{ErrorCodes.BrokenImage},");
        (await live.Client.GetAsync($"{Route}/{batch["id"]}/manifest?format=xml")).StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_batch_can_be_cancelled_as_a_whole()
    {
        var form = Form(("pipeline", "grayscale"), ("run_at", "2999-01-01T00:00:00Z")).File(Pictures.New()).File(Pictures.New());
        var batch = (await live.Post(Route, form).ShouldBe(202))["batch"]!;
        (await live.Post($"{Route}/{batch["id"]}/cancel", null).ShouldBe(200))["count"]!.GetValue<int>().ShouldBe(2);
        (await live.Get($"{Route}/{batch["id"]}"))["cancelled"]!.GetValue<int>().ShouldBe(2);
        await live.Post($"{Route}/{Guid.NewGuid()}/retry", null).ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    [Fact]
    public async Task A_batch_of_nothing_is_refused()
    {
        await live.Post(Route, Form(("pipeline", "grayscale"))).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Post(Route, Form(("pipeline", "grayscale")).File("no zip"u8.ToArray(), "x.zip", "archive")).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        (await live.Post(Route, Form(("pipeline", "grayscale")).File(Zip(("a.txt", [1, 2, 3])), "x.zip", "archive")).ShouldBeProblem(400, ErrorCodes.InvalidRequest)).ShouldContain("a.txt");
        (await live.Get("/api/v1/assets"))["assets"]!.AsArray().ShouldBeEmpty("what was taken in for nothing is deleted");
    }

    // The header is fine, the pixels are not.
    static byte[] Damaged()
    {
        var bytes = Pictures.New();
        for (var i = 60; i < 200; i++) bytes[i] ^= 0x5A;
        return bytes;
    }

    static byte[] Zip(params (string Name, byte[] Bytes)[] files)
    {
        using var to = new MemoryStream();
        using (var zip = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(bytes);
            }
        }
        return to.ToArray();
    }

    async Task<JsonNode> Told(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System);
        while (true)
        {
            var told = (await live.Get("/api/v1/notifications?lang=es"))["notifications"]!.AsArray();
            if (told.Count == count) return told[0]!;
            told.Count.ShouldBeLessThan(count);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
        }
    }

    async Task<(JsonArray Manifest, IReadOnlyList<string> Names)> Download(string url)
    {
        using var zip = new ZipArchive(new MemoryStream(await live.Stranger.GetByteArrayAsync(url)));
        await using var manifest = zip.GetEntry("manifest.json")!.Open();
        return (JsonNode.Parse(manifest)!.AsArray(), [.. zip.Entries.Select(entry => entry.FullName)]);
    }
}
