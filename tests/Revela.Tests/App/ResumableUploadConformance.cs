using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Revela.App;
using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.App;

/// <summary>Uploads in pieces by tus 1.0.0, over real HTTP: the same promises wherever objects are kept.</summary>
public abstract class ResumableUploadConformance : IAsyncLifetime
{
    protected const string Route = "/api/v1/uploads";

    protected LiveServer Live { get; private set; } = null!;

    /// <summary>Makes the server keep its objects where this suite wants them.</summary>
    protected abstract RevelaOptions Kept(RevelaOptions options);

    public async Task InitializeAsync() => Live = await LiveServer.Start(Kept);

    public async Task DisposeAsync()
    {
        if (Live is not null) await Live.DisposeAsync();
    }

    [SkippableFact]
    public async Task The_server_says_what_it_can()
    {
        using var answer = await Live.Stranger.SendAsync(new HttpRequestMessage(HttpMethod.Options, Route));
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        Header(answer, "Tus-Version").ShouldBe("1.0.0");
        Header(answer, "Tus-Extension").ShouldBe("creation,expiration,termination,checksum");
        Header(answer, "Tus-Max-Size").ShouldBe($"{50 * 1024 * 1024}");
    }

    [SkippableFact]
    public async Task A_file_in_pieces_becomes_an_asset_byte_for_byte()
    {
        var picture = Pictures.New(60, 50);
        var metadata = $"filename {Base64("holiday ☀.png")},is_private";
        var upload = await Begin(picture.Length, metadata);
        foreach (var (from, to) in new[] { (0, 10), (10, 5000), (5000, picture.Length) })
        {
            using (var head = await Ask(HttpMethod.Head, upload))
            {
                head.StatusCode.ShouldBe(HttpStatusCode.OK);
                (Header(head, "Upload-Offset"), Header(head, "Upload-Length"), Header(head, "Upload-Metadata")).ShouldBe(($"{from}", $"{picture.Length}", metadata));
                DateTimeOffset.Parse(Header(head, "Upload-Expires"), CultureInfo.InvariantCulture).ShouldBeGreaterThan(TimeProvider.System.GetUtcNow());
                head.Headers.CacheControl!.NoStore.ShouldBeTrue();
            }
            using var answer = await Send(upload, from, picture[from..to]);
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
            (Header(answer, "Upload-Offset"), Header(answer, "Tus-Resumable")).ShouldBe(($"{to}", "1.0.0"));
        }

        (await OffsetOf(upload)).ShouldBe(picture.Length);
        var asset = await Live.Get($"/api/v1/assets/{upload.Split('/')[^1]}");
        (asset["file_name"]!.ToString(), asset["bytes"]!.GetValue<long>()).ShouldBe(("holiday ☀.png", picture.Length));
        (await Live.Client.GetByteArrayAsync($"/api/v1/assets/{asset["id"]}/content")).ShouldBe(picture);
        (await Live.Post("/api/v1/jobs", LiveServer.JsonBody($$"""{"pipeline": "grayscale", "asset_id": "{{asset["id"]}}"}"""), wait: LiveServer.Patience).ShouldBe(200))["state"]!.ToString().ShouldBe("completed");
    }

    [SkippableFact]
    public async Task A_piece_at_another_place_is_refused_and_the_place_told()
    {
        var picture = Pictures.New();
        var upload = await Begin(picture.Length);
        (await Send(upload, 0, picture[..100])).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        foreach (var wrong in (long[])[0, 99, 101, picture.Length, long.MaxValue])
        {
            using var answer = await Send(upload, wrong, picture[100..110]);
            answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
            Header(answer, "Upload-Offset").ShouldBe("100");
        }
        await Send(upload, "-1", picture[100..]).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await Send(upload, null, picture[100..]).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        (await OffsetOf(upload)).ShouldBe(100);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task More_bytes_than_were_announced_are_refused_and_none_of_them_kept(bool isChunked)
    {
        var picture = Pictures.New();
        var upload = await Begin(picture.Length);
        await Send(upload, 0, picture[..10]).ShouldBe(204);
        await Send(upload, "10", [.. picture[10..], 1], request => request.Headers.TransferEncodingChunked = isChunked).ShouldBeProblem(413, ErrorCodes.TooLarge);
        (await OffsetOf(upload)).ShouldBe(10);
        await Send(upload, 10, picture[10..]).ShouldBe(204);
    }

    [SkippableFact]
    public async Task What_arrived_before_the_connection_broke_is_kept()
    {
        var picture = Pictures.New(200, 150);
        var upload = await Begin(picture.Length);
        using (var line = new TcpClient())
        {
            await line.ConnectAsync(Live.Address.Host, Live.Address.Port);
            var head = $"PATCH {upload} HTTP/1.1\r\nHost: {Live.Address.Authority}\r\nAuthorization: Bearer {Live.Key}\r\nTus-Resumable: 1.0.0\r\n"
                + $"Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: {picture.Length}\r\n\r\n";
            await line.GetStream().WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. picture[..30_000]]);
            await Eventually.Is(() => new DirectoryInfo(Live.Part<IObjectStore>().Scratch).EnumerateFiles("*.piece").Any(piece => piece.Length == 30_000));
        }
        await Eventually.Sees(() => OffsetOf(upload), offset => offset == 30_000);
        await Send(upload, 30_000, picture[30_000..]).ShouldBe(204);
        (await Live.Client.GetByteArrayAsync($"/api/v1/assets/{upload.Split('/')[^1]}/content")).ShouldBe(picture);
    }

    [SkippableFact]
    public async Task A_piece_with_the_wrong_checksum_is_not_kept()
    {
        var picture = Pictures.New();
        var upload = await Begin(picture.Length);
        await WithSum($"sha1 {Convert.ToBase64String(SHA1.HashData(picture[..9]))}").ShouldBeProblem(460, ErrorCodes.ChecksumMismatch);
        await WithSum("crc32 AAAA").ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await WithSum("sha1 AAAA").ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await WithSum("sha1 !").ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        (await OffsetOf(upload)).ShouldBe(0);
        await WithSum($"sha256 {Convert.ToBase64String(SHA256.HashData(picture[..10]))}").ShouldBe(204);
        (await OffsetOf(upload)).ShouldBe(10);

        Task<HttpResponseMessage> WithSum(string sum) => Send(upload, "0", picture[..10], request => request.Headers.TryAddWithoutValidation("Upload-Checksum", sum));
    }

    [SkippableFact]
    public async Task What_is_no_picture_is_refused_with_its_last_byte_and_gone()
    {
        var text = Encoding.UTF8.GetBytes("This is no picture, only a text that is long enough.");
        var upload = await Begin(text.Length);
        await Send(upload, 0, text[..20]).ShouldBe(204);
        await Send(upload, 20, text[20..]).ShouldBeProblem(415, ErrorCodes.UnsupportedFormat);
        (await Ask(HttpMethod.Head, upload)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Live.Client.GetAsync($"/api/v1/assets/{upload.Split('/')[^1]}").ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    [SkippableFact]
    public async Task An_upload_that_is_given_up_is_gone()
    {
        var upload = await Begin(1000);
        await Send(upload, 0, new byte[10]).ShouldBe(204);
        await Ask(HttpMethod.Delete, upload).ShouldBe(204);
        (await Ask(HttpMethod.Head, upload)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Ask(HttpMethod.Delete, upload).ShouldBeProblem(404, ErrorCodes.NotFound);
        await Send(upload, 10, new byte[10]).ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    [SkippableFact]
    public async Task Nobody_elses_upload_is_found()
    {
        var upload = await Begin(1000);
        using var other = Live.With((await Live.NewKey(Scopes.Submit, "other")).Plain);
        foreach (var method in (HttpMethod[])[HttpMethod.Head, HttpMethod.Delete]) (await Ask(method, upload, other)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Send(upload, "0", new byte[10], client: other).ShouldBeProblem(404, ErrorCodes.NotFound);
        foreach (var id in (Guid[])[Guid.Empty, Guid.AllBitsSet, Guid.NewGuid(), Ids.New(TimeProvider.System)]) await Send($"{Route}/{id}", 0, new byte[1]).ShouldBeProblem(404, ErrorCodes.NotFound);
        using var reader = Live.With((await Live.NewKey(Scopes.Read)).Plain);
        await Send(upload, "0", new byte[10], client: reader).ShouldBeProblem(403, ErrorCodes.Forbidden);
        await Send(upload, "0", new byte[10], client: Live.Stranger).ShouldBeProblem(401, ErrorCodes.Unauthorized);
        (await OffsetOf(upload)).ShouldBe(0);
    }

    [SkippableFact]
    public async Task An_upload_whose_time_is_over_is_not_found()
    {
        var (time, objects) = (TimeProvider.System, Live.Part<IObjectStore>());
        foreach (var (age, status) in new[] { (ResumableUploads.Lifetime / 2, HttpStatusCode.OK), (ResumableUploads.Lifetime * 2, HttpStatusCode.NotFound) })
        {
            var id = Guid.CreateVersion7(time.GetUtcNow() - age);
            var path = Path.Combine(objects.Scratch, $"{id:N}");
            await File.WriteAllTextAsync(path, """{"length": 100}""");
            await objects.Put(ObjectKeys.UploadHeading(id, Revela.App.Accounts.KeyRing.DefaultTenant), path, "application/octet-stream", CancellationToken.None);
            (await Ask(HttpMethod.Head, $"{Route}/{id}")).StatusCode.ShouldBe(status, $"{age}");
        }
    }

    [SkippableTheory]
    [InlineData(null, null, 400, ErrorCodes.InvalidRequest)]
    [InlineData("0", null, 422, ErrorCodes.EmptyInput)]
    [InlineData("-5", null, 400, ErrorCodes.InvalidRequest)]
    [InlineData("9999999999999999999999", null, 400, ErrorCodes.InvalidRequest)]
    [InlineData("52428801", null, 413, ErrorCodes.TooLarge)]
    [InlineData("10", "filename not-base64!", 400, ErrorCodes.InvalidRequest)]
    [InlineData("10", "a b c", 400, ErrorCodes.InvalidRequest)]
    [InlineData("10", "a,a", 400, ErrorCodes.InvalidRequest)]
    [InlineData("10", ",", 400, ErrorCodes.InvalidRequest)]
    public async Task What_cannot_be_begun_is_refused(string? length, string? metadata, int status, string code) =>
        await Create(length, metadata).ShouldBeProblem(status, code);

    [SkippableFact]
    public async Task Another_version_and_another_content_type_are_refused()
    {
        var upload = await Begin(100);
        foreach (var version in (string?[])[null, "0.2.2"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, upload);
            if (version is not null) request.Headers.Add("Tus-Resumable", version);
            using var answer = await Live.Client.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
            Header(answer, "Tus-Version").ShouldBe("1.0.0");
        }
        await Send(upload, "0", new byte[10], request => request.Content!.Headers.ContentType = new MediaTypeHeaderValue("image/png")).ShouldBeProblem(415, ErrorCodes.UnsupportedMediaType);
        (await OffsetOf(upload)).ShouldBe(0);
    }

    [SkippableFact]
    public async Task Where_only_post_is_known_it_stands_for_the_others()
    {
        var picture = Pictures.New();
        var upload = await Begin(picture.Length);
        await Send(upload, "0", picture[..10], request => (request.Method, _) = (HttpMethod.Post, request.Headers.TryAddWithoutValidation("X-HTTP-Method-Override", "PATCH"))).ShouldBe(204);
        (await OffsetOf(upload)).ShouldBe(10);
        await Ask(HttpMethod.Post, upload).ShouldBeProblem(405, ErrorCodes.MethodNotAllowed);
    }

    protected async Task<string> Begin(long length, string? metadata = null, HttpClient? client = null)
    {
        using var answer = await Create($"{length}", metadata, client);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.AbsolutePath;
    }

    Task<HttpResponseMessage> Create(string? length, string? metadata, HttpClient? client = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Route);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        if (length is not null) request.Headers.TryAddWithoutValidation("Upload-Length", length);
        if (metadata is not null) request.Headers.TryAddWithoutValidation("Upload-Metadata", metadata);
        return (client ?? Live.Client).SendAsync(request);
    }

    protected Task<HttpResponseMessage> Send(string upload, long offset, byte[] piece) => Send(upload, $"{offset}", piece);

    protected Task<HttpResponseMessage> Send(string upload, string? offset, byte[] piece, Action<HttpRequestMessage>? change = null, HttpClient? client = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Patch, upload) { Content = new ByteArrayContent(piece) };
        request.Headers.Add("Tus-Resumable", "1.0.0");
        if (offset is not null) request.Headers.TryAddWithoutValidation("Upload-Offset", offset);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        change?.Invoke(request);
        return (client ?? Live.Client).SendAsync(request);
    }

    protected Task<HttpResponseMessage> Ask(HttpMethod method, string upload, HttpClient? client = null)
    {
        var request = new HttpRequestMessage(method, upload);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        return (client ?? Live.Client).SendAsync(request);
    }

    protected async Task<long> OffsetOf(string upload)
    {
        using var head = await Ask(HttpMethod.Head, upload);
        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        return long.Parse(Header(head, "Upload-Offset"), CultureInfo.InvariantCulture);
    }

    static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
