using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Revela.App.Uploads;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App;

/// <summary>Pictures by URL: from allowed hosts, never from this machine or its network, on no redirect.</summary>
public sealed class UrlSourceTests : IAsyncLifetime
{
    readonly byte[] picture = Pictures.New(30, 20);
    WebApplication origin = null!;
    string address = "";
    int port;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        origin = builder.Build();
        origin.Run(Answer);
        await origin.StartAsync();
        address = origin.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        port = new Uri(address).Port;
    }

    public async Task DisposeAsync() => await origin.DisposeAsync();

    [Fact]
    public async Task A_picture_of_an_allowed_host_is_fetched_through_redirects()
    {
        await using var live = await Start(privateHosts: ["127.0.0.1"]);
        var job = await live.Post("/api/v1/jobs", JsonBody($$"""{"url": "{{address}}/hop/3/my%20cat.png", "pipeline": "grayscale"}"""), wait: LiveServer.Patience).ShouldBe(200);
        job["state"]!.ToString().ShouldBe("completed");
        var asset = await live.Get($"/api/v1/assets/{job["asset_id"]}");
        asset["file_name"]!.ToString().ShouldBe("my cat.png");
        (await live.Client.GetByteArrayAsync($"/api/v1/assets/{job["asset_id"]}/content")).ShouldBe(picture);

        var kept = await live.Post("/api/v1/assets", JsonBody($$"""{"url": ["{{address}}/a.png", "{{address}}/b.png"]}""")).ShouldBe(201);
        kept["assets"]!.AsArray().Count.ShouldBe(2);
        var form = new FormUrlEncodedContent([new("url", $"{address}/a.png"), new("pipeline", "grayscale")]);
        await live.Post("/api/v1/jobs", form).ShouldBe(202);
    }

    [Fact]
    public async Task Without_an_allowed_host_no_url_is_fetched()
    {
        await using var live = await LiveServer.Start();
        await Ask(live, $"{address}/x.png").ShouldBeProblem(422, ErrorCodes.UrlNotAllowed);
    }

    [Fact]
    public async Task Where_every_public_host_is_allowed_no_other_address_is_connected_to()
    {
        string[] urls =
        [
            $"http://127.0.0.1:{port}/x.png", $"http://localhost:{port}/x.png", $"http://[::1]:{port}/x.png", $"http://[::ffff:127.0.0.1]:{port}/x.png",
            $"http://2130706433:{port}/x.png", $"http://0x7f000001:{port}/x.png", $"http://0177.0.0.1:{port}/x.png", $"http://127.1:{port}/x.png", $"http://0:{port}/x.png",
            "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/x.png", "http://100.64.0.1/x.png", "http://[fe80::1]/x.png", "http://[64:ff9b::7f00:1]/x.png", "http://[2002:7f00:1::]/x.png",
        ];
        await using var live = await Start(allowed: ["*"]);
        foreach (var url in urls) await Ask(live, url).ShouldBeProblem(422, ErrorCodes.UrlNotAllowed);
    }

    [Fact]
    public async Task Other_schemes_hosts_and_credentials_are_refused()
    {
        string[] urls =
        [
            "file:///etc/passwd", "ftp://127.0.0.1/x.png", "gopher://127.0.0.1/x", "//127.0.0.1/x.png", "x.png", "http://user:word@127.0.0.1/x.png", "http://elsewhere.example/x.png",
        ];
        await using var live = await Start(privateHosts: ["127.0.0.1"]);
        foreach (var url in urls) await Ask(live, url).ShouldBeProblem(422, ErrorCodes.UrlNotAllowed);
    }

    [Fact]
    public async Task A_redirect_or_answer_that_leads_astray_is_refused()
    {
        (string Path, string Code)[] ways =
        [
            ($"/to?http://localhost:{port}/x.png", ErrorCodes.UrlNotAllowed), ($"/to?http://[::1]:{port}/x.png", ErrorCodes.UrlNotAllowed), ("/to?file:///etc/passwd", ErrorCodes.UrlNotAllowed),
            ("/hop/6/x.png", ErrorCodes.UrlUnreachable), ("/missing", ErrorCodes.UrlUnreachable), ("/short", ErrorCodes.UrlUnreachable),
        ];
        await using var live = await Start(allowed: ["localhost", "::1"], privateHosts: ["127.0.0.1"]);
        foreach (var (path, code) in ways) await Ask(live, address + path).ShouldBeProblem(422, code);
        (await live.Get("/api/v1/assets"))["assets"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/silent")]
    [InlineData("/drip")]
    public async Task What_does_not_come_in_time_is_refused(string path)
    {
        await using var live = await Start(privateHosts: ["127.0.0.1"], timeout: TimeSpan.FromSeconds(1));
        await Ask(live, address + path).ShouldBeProblem(422, ErrorCodes.UrlUnreachable);
        (await live.Get("/api/v1/assets"))["assets"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_no_image_or_too_large_is_refused()
    {
        await using var live = await Start(privateHosts: ["127.0.0.1"]);
        await Ask(live, address + "/page").ShouldBeProblem(415, ErrorCodes.UnsupportedFormat);
        await Ask(live, address + "/endless").ShouldBeProblem(413, ErrorCodes.TooLarge);
    }

    static Task<LiveServer> Start(string[]? allowed = null, string[]? privateHosts = null, TimeSpan? timeout = null) => LiveServer.Start(options => options with
    {
        Limits = options.Limits with { MaxBytes = 1_000_000 },
        UrlSources = new UrlSourceOptions { AllowedHosts = allowed ?? [], PrivateHosts = privateHosts ?? [], Timeout = timeout ?? TimeSpan.FromSeconds(20) },
    });

    static Task<HttpResponseMessage> Ask(LiveServer live, string url) =>
        live.Post("/api/v1/jobs", JsonBody($$"""{"url": "{{url}}", "pipeline": "grayscale"}"""));

    async Task Answer(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        if (path.StartsWith("/hop/", StringComparison.Ordinal))
        {
            var (left, name) = (int.Parse(path.Split('/')[2]), path.Split('/')[3]);
            http.Response.Redirect(left == 1 ? $"{address}/{Uri.EscapeDataString(name)}" : $"/hop/{left - 1}/{Uri.EscapeDataString(name)}");
        }
        else if (path == "/to") http.Response.Redirect(http.Request.QueryString.Value![1..]);
        else if (path == "/missing") http.Response.StatusCode = 404;
        else if (path == "/silent") await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        else if (path == "/page") await http.Response.WriteAsync("<html>not a picture</html>");
        else if (path == "/short")
        {
            http.Response.ContentLength = picture.Length;
            await http.Response.Body.WriteAsync(picture.AsMemory(0, picture.Length / 2));
            await http.Response.Body.FlushAsync();
            http.Abort();
        }
        else if (path is "/endless" or "/drip")
        {
            for (var i = 0; i < 10_000 && !http.RequestAborted.IsCancellationRequested; i++)
            {
                await http.Response.Body.WriteAsync(path == "/drip" ? picture.AsMemory(i % 50, 1) : picture);
                await http.Response.Body.FlushAsync();
                if (path == "/drip") await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, http.RequestAborted);
            }
        }
        else await http.Response.Body.WriteAsync(picture);
    }
}
