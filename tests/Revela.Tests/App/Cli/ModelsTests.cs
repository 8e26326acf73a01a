using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Cli;

/// <summary><c>revela models</c> in a folder of its own, with a mirror that is a real HTTP server. Settings come from the data folder's file.</summary>
public sealed class ModelsTests : IAsyncLifetime
{
    readonly string data = Directory.CreateTempSubdirectory("revela-models-").FullName;
    readonly byte[] file = RandomNumberGenerator.GetBytes(3_000_000);
    readonly List<string?> ranges = [];
    WebApplication mirror = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        mirror = builder.Build();
        mirror.Urls.Add("http://127.0.0.1:0");
        mirror.MapGet("/nets/{name}", (string name, HttpRequest request) =>
        {
            ranges.Add(request.Headers.Range);
            return name is "realesr-general-x4v3.onnx" or "u2netp.onnx" ? Results.File(file, enableRangeProcessing: true) : Results.NotFound();
        });
        await mirror.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(data, "revela.json"), $$$"""{"onnx": {"folder": "{{{data}}}", "mirrors": ["{{{mirror.Urls.First()}}}/nets/"]}}""");
    }

    [Fact]
    public async Task A_model_is_pulled_from_a_mirror_and_verified()
    {
        var pulled = await Models("pull", "realesr-general-x4v3");
        pulled.ExitCode.ShouldBe(0, pulled.Error);
        pulled.Out.ShouldContain(Convert.ToHexStringLower(SHA256.HashData(file)));
        File.ReadAllBytes(Here("realesr-general-x4v3.onnx")).ShouldBe(file);
        (await Models("list")).Lines.Single(line => line.StartsWith("realesr-general-x4v3 ", StringComparison.Ordinal)).ShouldContain("3 MB");
        (await Models("verify")).Out.ShouldStartWith("ok      realesr-general-x4v3");
    }

    [Fact]
    public async Task A_download_that_was_cut_goes_on_where_it_stopped()
    {
        Directory.CreateDirectory(Path.Combine(data, "models"));
        await File.WriteAllBytesAsync(Here("realesr-general-x4v3.onnx.part"), file[..1_234_567]);
        (await Models("pull", "realesr-general-x4v3")).ExitCode.ShouldBe(0);
        ranges.ShouldBe(["bytes=1234567-"]);
        File.ReadAllBytes(Here("realesr-general-x4v3.onnx")).ShouldBe(file);

        await File.WriteAllBytesAsync(Here("realesr-general-x4v3.onnx.part"), file);
        (await Models("pull", "realesr-general-x4v3")).ExitCode.ShouldBe(0);
        File.ReadAllBytes(Here("realesr-general-x4v3.onnx")).ShouldBe(file);
    }

    [Fact]
    public async Task A_file_with_another_checksum_is_refused_from_wherever_it_comes()
    {
        await File.WriteAllBytesAsync(Path.Combine(data, "given"), file);
        var added = await Models("add", "u2netp", Path.Combine(data, "given"));
        (added.ExitCode, added.Out).ShouldBe((1, ""));
        added.Error.ShouldContain("md5:8e83ca70e441ab06c318d82300c84806");
        Directory.EnumerateFiles(Path.Combine(data, "models")).ShouldBeEmpty();

        (await Models("add", "u2netp", Path.Combine(data, "given"), "--any-file")).Out.ShouldContain("not compared with a published file");
        (await Models("list")).Out.ShouldContain("here, not the published file");
    }

    [Fact]
    public async Task A_file_that_changed_is_found_and_one_that_was_swapped_does_not_count_as_here()
    {
        await File.WriteAllBytesAsync(Path.Combine(data, "given"), file);
        await Models("add", "dis_custom", Path.Combine(data, "given"));
        file[1000] ^= 1;
        await File.WriteAllBytesAsync(Here("dis_custom.onnx"), file);
        var verified = await Models("verify", "dis_custom");
        (verified.ExitCode, verified.Out).ShouldBe((1, "failed  dis_custom: its bytes have changed since it came\n"));

        await File.WriteAllBytesAsync(Here("dis_custom.onnx"), file[1..]);
        (await Models("verify", "dis_custom")).Out.ShouldContain("not what came");
        (await Models("list")).Lines.Single(line => line.StartsWith("dis_custom ", StringComparison.Ordinal)).ShouldEndWith("add its file");
    }

    [Theory]
    [InlineData(2, "there is no model 'bogus'", "pull", "bogus")]
    [InlineData(2, "there is no file 'nothing'", "add", "dis_custom", "nothing")]
    [InlineData(1, "RealESRGAN_x4plus.onnx: Response status code does not indicate success: 404", "pull", "realesrgan-x4plus")]
    [InlineData(1, "Could not find file", "runtime", "--from", "nothing.tgz")]
    public async Task What_cannot_be_done_is_said(int code, string words, params string[] arguments)
    {
        var session = await Models(arguments);
        session.ExitCode.ShouldBe(code);
        session.Error.ShouldContain(words);
    }

    string Here(string name) => Path.Combine(data, "models", name);

    Task<Session> Models(params string[] arguments) => Session.Run(["models", .. arguments, "--data", data]);

    public async Task DisposeAsync()
    {
        await mirror.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }
}
