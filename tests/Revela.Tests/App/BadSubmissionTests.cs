using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App;

/// <summary>POST /api/v1/jobs, asked badly: each mistake has its status and code, and nothing of it stays.</summary>
[Collection(nameof(SharedServer))]
public sealed class BadSubmissionTests(SharedServer shared)
{
    const string Route = "/api/v1/jobs";
    readonly LiveServer live = shared.Live;

    [Fact]
    public async Task A_request_without_an_image_is_refused() =>
        (await live.Post(Route, Form(("pipeline", "grayscale"))).ShouldBeProblem(400, ErrorCodes.InvalidRequest)).ShouldContain("'file'");

    [Fact]
    public async Task A_request_without_work_is_refused() =>
        (await live.Post(Route, new MultipartFormDataContent().File(Pictures.New())).ShouldBeProblem(400, ErrorCodes.InvalidRequest)).ShouldContain("either 'pipeline' or 'steps'");

    [Theory]
    [InlineData("pipeline", "nonsense", 422, ErrorCodes.UnknownPipeline)]
    [InlineData("steps", """[{"op": "explode"}]""", 422, ErrorCodes.UnknownOperation)]
    [InlineData("steps", """[{"op": "resize", "width": -5}]""", 422, ErrorCodes.InvalidOptions)]
    [InlineData("steps", """[{"op": "resize", "width": 5, "wdth": 5}]""", 422, ErrorCodes.InvalidOptions)]
    [InlineData("steps", """[{"op": "grayscale", "from": "nowhere"}]""", 422, ErrorCodes.InvalidOptions)]
    [InlineData("steps", "[]", 422, ErrorCodes.InvalidOptions)]
    [InlineData("steps", "[{", 400, ErrorCodes.InvalidRequest)]
    [InlineData("steps", """{"op": "grayscale"}""", 400, ErrorCodes.InvalidRequest)]
    [InlineData("steps", """["grayscale"]""", 400, ErrorCodes.InvalidRequest)]
    [InlineData("steps", """[{"width": 5}]""", 400, ErrorCodes.InvalidRequest)]
    [InlineData("steps", """[{"op": "grayscale", "op": "resize"}]""", 400, ErrorCodes.InvalidRequest)]
    public async Task Work_that_cannot_be_done_is_refused(string field, string value, int status, string code) =>
        await live.Post(Route, Form((field, value)).File(Pictures.New())).ShouldBeProblem(status, code);

    [Theory]
    [InlineData("priority", "high")]
    [InlineData("priority", "99999999999")]
    [InlineData("run_at", "tomorrow")]
    [InlineData("fresh", "maybe")]
    [InlineData("metadata", "[1]")]
    [InlineData("metadata", "{")]
    [InlineData("asset_id", "seven")]
    [InlineData("surprise", "1")]
    public async Task A_field_of_the_wrong_kind_is_named(string field, string value) =>
        (await live.Post(Route, Form(("pipeline", "grayscale"), (field, value)).File(Pictures.New())).ShouldBeProblem(400, ErrorCodes.InvalidRequest)).ShouldContain($"'{field}'");

    [Theory]
    [InlineData("""{"pipeline": 7}""")]
    [InlineData("""{"pipeline": "grayscale", "priority": "3"}""")]
    [InlineData("""{"pipeline": "grayscale", "asset_id": 5}""")]
    [InlineData("""{"pipeline": "grayscale", "pipeline": "web"}""")]
    [InlineData("""{"pipeline": "grayscale", "tags": [""]}""")]
    [InlineData("""[1, 2]""")]
    [InlineData("""{"pipeline": """)]
    [InlineData("")]
    [InlineData("null")]
    public async Task Json_of_the_wrong_kind_is_refused(string json) =>
        await live.Post(Route, JsonBody(json)).ShouldBeProblem(400, ErrorCodes.InvalidRequest);

    [Fact]
    public async Task All_mistakes_are_told_at_once()
    {
        var detail = await live.Post(Route, JsonBody("""{"priority": "x", "fresh": 1, "run_at": 5}""")).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        foreach (var field in new[] { "priority", "fresh", "run_at", "pipeline" }) detail.ShouldContain($"'{field}'");
    }

    [Fact]
    public async Task An_unknown_asset_is_told() =>
        await live.Post(Route, JsonBody($$"""{"pipeline": "grayscale", "asset_id": "{{Guid.NewGuid()}}"}""")).ShouldBeProblem(404, ErrorCodes.NotFound);

    [Theory]
    [InlineData("text/plain")]
    [InlineData("image/png")]
    [InlineData("application/xml")]
    [InlineData("not a type")]
    [InlineData(null)]
    public async Task A_body_of_another_type_is_refused(string? type)
    {
        var body = new ByteArrayContent(Pictures.New());
        if (type is not null) body.Headers.TryAddWithoutValidation("Content-Type", type);
        await live.Post(Route, body).ShouldBeProblem(415, ErrorCodes.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("GIF89 but not really", ErrorCodes.UnsupportedFormat, 415)]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>", ErrorCodes.UnsupportedFormat, 415)]
    [InlineData("", ErrorCodes.EmptyInput, 422)]
    public async Task What_is_no_image_is_refused_whatever_it_is_called(string content, string code, int status) =>
        await live.Post(Route, Form(("pipeline", "grayscale")).File(Encoding.ASCII.GetBytes(content), "image.png")).ShouldBeProblem(status, code);

    [Fact]
    public async Task A_broken_header_is_refused() =>
        await live.Post(Route, Form(("pipeline", "grayscale")).File(Pictures.New()[..20])).ShouldBeProblem(422, ErrorCodes.BrokenImage);

    [Fact]
    public async Task A_file_under_another_name_is_told_its_name() =>
        (await live.Post(Route, Form(("pipeline", "grayscale")).File(Pictures.New(), field: "upload")).ShouldBeProblem(400, ErrorCodes.InvalidRequest)).ShouldContain("'file'");

    [Fact]
    public async Task A_huge_field_is_refused() =>
        await live.Post(Route, Form(("pipeline", "grayscale"), ("metadata", new string(' ', 300_000))).File(Pictures.New())).ShouldBeProblem(413, ErrorCodes.TooLarge);

    [Fact]
    public async Task Too_many_fields_are_refused()
    {
        var form = Form([.. Enumerable.Range(0, 101).Select(i => ("tags", $"t{i}"))]);
        await live.Post(Route, form).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task A_huge_json_body_is_refused() =>
        await live.Post(Route, JsonBody($$"""{"pipeline": "{{new string('x', 300_000)}}"}""")).ShouldBeProblem(413, ErrorCodes.TooLarge);

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    public async Task A_multipart_body_without_a_boundary_is_refused(string type)
    {
        var body = new ByteArrayContent([1, 2, 3]);
        body.Headers.TryAddWithoutValidation("Content-Type", type);
        await live.Post(Route, body).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
    }

    [Theory]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nno end")]
    [InlineData("--b\r\nContent-Disposition: attachment\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("--b\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("nothing at all")]
    public async Task A_broken_multipart_body_is_refused(string text)
    {
        var body = new ByteArrayContent(Encoding.ASCII.GetBytes(text));
        body.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        await live.Post(Route, body).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task When_a_later_part_is_bad_the_files_before_it_do_not_stay()
    {
        var picture = Pictures.New();
        await live.Post(Route, Form(("pipeline", "grayscale")).File(picture).File([1, 2, 3])).ShouldBeProblem(415, ErrorCodes.UnsupportedFormat);
        await live.Post(Route, Form(("pipeline", "nonsense")).File(picture)).ShouldBeProblem(422, ErrorCodes.UnknownPipeline);
        var sha = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(picture));
        (await live.Get($"/api/v1/assets?sha256={sha}"))["assets"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_that_hangs_up_in_the_middle_leaves_nothing_behind()
    {
        var assets = live.Part<IAssetStore>();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(live.Address.Host, live.Address.Port);
            var head = $"POST {Route} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {live.Key}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n";
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            await socket.GetStream().WriteAsync(Pictures.New());
            await Eventually.Is(() => Scratch() > 0);
        }
        // The one thing a hung-up client cannot tell us is when the server has noticed.
        await Eventually.Is(() => Scratch() == 0);

        int Scratch() => Directory.GetFiles(live.Part<IObjectStore>().Scratch, "*.upload").Length;
    }
}
