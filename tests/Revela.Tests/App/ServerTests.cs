using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Revela.App;
using Revela.App.Accounts;
using Revela.App.Links;
using Revela.App.Uploads;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App;

/// <summary>Start, settings and bounds of the server.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ServerTests
{
    [Fact]
    public async Task The_first_start_makes_a_key_for_the_owner_only_and_says_where_the_server_is()
    {
        await using var live = await LiveServer.Start();
        live.Server.NewKey.ShouldBe(live.Key);
        live.Key.ShouldStartWith("rvl_");
        File.GetUnixFileMode(Path.Combine(live.Data, FirstKey.FileName)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var found = ServerFile.Read(live.Data).ShouldNotBeNull();
        found.Url.ShouldBe(live.Address);
        found.ProcessId.ShouldBe(Environment.ProcessId);
    }

    [Fact]
    public async Task A_second_start_keeps_keys_jobs_and_links()
    {
        var folder = Directory.CreateTempSubdirectory("revela-restart-").FullName;
        var options = new RevelaOptions { Data = folder, Urls = "http://127.0.0.1:0" };
        string link, key;
        await using (var first = await Server.Start(options, CancellationToken.None, children: Children))
        {
            key = first.NewKey!;
            using var client = new HttpClient { BaseAddress = first.Addresses[0], DefaultRequestHeaders = { { "Authorization", $"Bearer {key}" }, { "Prefer", "wait=60" } } };
            var job = await client.PostAsync("/api/v1/jobs", Form(("pipeline", "grayscale")).File(Pictures.New())).ShouldBe(200);
            link = new Uri(job["links"]!["result"]!.ToString()).PathAndQuery;
        }
        ServerFile.Read(folder).ShouldBeNull();

        await using var second = await LiveServer.Start(data: folder);
        second.Server.NewKey.ShouldBeNull();
        second.Key.ShouldBe(key);
        (await second.Stranger.GetAsync(link)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Https_is_spoken_with_a_certificate_from_files()
    {
        var folder = Directory.CreateTempSubdirectory("revela-https-").FullName;
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var (certificateFile, keyFile) = (Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"));
        await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyFile, rsa.ExportPkcs8PrivateKeyPem());

        await using var live = await LiveServer.Start(options => options with { Urls = "https://127.0.0.1:0", CertificateFile = certificateFile, CertificateKeyFile = keyFile });
        using var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == certificate.GetCertHashString() } };
        using var client = new HttpClient(handler) { BaseAddress = live.Address };
        live.Address.Scheme.ShouldBe("https");
        (await client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Settings_that_cannot_be_used_stop_the_start_with_every_mistake()
    {
        var options = new RevelaOptions { Data = "", Urls = "nowhere", Uploads = new UploadOptions { InFlight = 0 } };
        (await Should.ThrowAsync<OptionsException>(() => Server.Start(options, CancellationToken.None))).Mistakes.Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_address_that_is_taken_stops_the_start_and_leaves_nothing_running()
    {
        await using var first = await LiveServer.Start();
        var folder = Directory.CreateTempSubdirectory("revela-taken-").FullName;
        await Should.ThrowAsync<IOException>(() => Server.Start(new RevelaOptions { Data = folder, Urls = first.Address.ToString() }, CancellationToken.None, children: Children));
        await using var second = await LiveServer.Start(data: folder);
        (await second.Develop(Pictures.New(), "grayscale"))["state"]!.ToString().ShouldBe("completed");
    }

    [Fact]
    public async Task Links_are_made_for_the_public_address()
    {
        await using var live = await LiveServer.Start(options => options with { Links = new SignedLinkOptions { PublicUrl = "https://images.example.com/" } });
        var job = await live.Develop(Pictures.New(), "grayscale");
        job["links"]!["self"]!.ToString().ShouldBe($"https://images.example.com/api/v1/jobs/{job["id"]}");
        job["outputs"]![0]!["url"]!.ToString().ShouldStartWith("https://images.example.com/api/v1/assets/");
    }

    [Fact]
    public async Task Limits_hold_and_are_told()
    {
        await using var live = await LiveServer.Start(options => options with
        {
            Limits = options.Limits with { MaxBytes = 5000, MaxPixels = 2000 },
            Uploads = options.Uploads with { MaxFiles = 2, MaxRequestBytes = 40_000 },
        });
        await Send(Pictures.New(60, 60)).ShouldBeProblem(413, ErrorCodes.TooLarge);
        await Send(Pictures.New(2001, 1)[..200]).ShouldBeProblem(422, ErrorCodes.TooManyPixels);
        await Send(Pictures.New(), Pictures.New(), Pictures.New()).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Post("/api/v1/jobs", Form(("pipeline", "grayscale"), ("metadata", new string(' ', 50_000))).File(Pictures.New())).ShouldBeProblem(413, ErrorCodes.TooLarge);
        await Send(Pictures.New()).ShouldBe(202);
        (await live.Get("/api/v1/assets"))["assets"]!.AsArray().Count(asset => asset!["job_id"] is null).ShouldBe(1);

        Task<HttpResponseMessage> Send(params byte[][] files) =>
            live.Post("/api/v1/jobs", files.Aggregate(Form(("pipeline", "grayscale")), (form, file) => form.File(file)));
    }

    /// <summary>A connection that is closed on what its sender still writes is reset, and the answer lost with it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_sends_too_much_hears_so_though_the_sending_goes_on(bool chunked)
    {
        await using var live = await LiveServer.Start(options => options with { Uploads = options.Uploads with { MaxRequestBytes = 40_000 } });
        for (var i = 0; i < 5; i++)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/jobs")
            {
                Content = Form(("pipeline", "grayscale"), ("metadata", new string(' ', 8_000_000))).File(Pictures.New()),
                Headers = { TransferEncodingChunked = chunked },
            };
            await live.Client.SendAsync(request).ShouldBeProblem(413, ErrorCodes.TooLarge);
        }
        await live.Stranger.PostAsync("/api/v1/jobs", new ByteArrayContent(new byte[8_000_000])).ShouldBeProblem(401, ErrorCodes.Unauthorized);
    }

    [Fact]
    public async Task When_too_many_jobs_wait_new_ones_are_told_to_come_back()
    {
        await using var live = await LiveServer.Start(options => options with { Worker = options.Worker with { Enabled = false }, Uploads = options.Uploads with { MaxWaitingJobs = 2 } });
        for (var i = 0; i < 2; i++) await live.Post("/api/v1/jobs", Form(("pipeline", "grayscale")).File(Pictures.New())).ShouldBe(202);
        using var refused = await live.Post("/api/v1/jobs", Form(("pipeline", "grayscale")).File(Pictures.New()));
        refused.Headers.RetryAfter.ShouldNotBeNull();
        await Task.FromResult(refused).ShouldBeProblem(503, ErrorCodes.Busy);
        (await live.Get("/api/v1/assets"))["assets"]!.AsArray().Count.ShouldBe(2);
        (await live.Stranger.GetAsync("/health/ready").ShouldBe(200))["checks"]!["libvips"]!.ToString().ShouldBe("off");
    }

    [Fact]
    public async Task When_too_many_uploads_are_open_the_next_is_told_to_come_back()
    {
        await using var live = await LiveServer.Start(options => options with { Uploads = options.Uploads with { InFlight = 1 } });
        using (var open = await OpenUpload(live))
        {
            await InFlight(live, 1);
            using var refused = await live.Post("/api/v1/jobs", Form(("pipeline", "grayscale")).File(Pictures.New()));
            refused.Headers.RetryAfter.ShouldNotBeNull();
            await Task.FromResult(refused).ShouldBeProblem(503, ErrorCodes.Busy);
        }
        await InFlight(live, 0);
        await live.Post("/api/v1/jobs", Form(("pipeline", "grayscale")).File(Pictures.New())).ShouldBe(202);
    }

    // A client that has begun to send and does not go on.
    static async Task<TcpClient> OpenUpload(LiveServer live)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(live.Address.Host, live.Address.Port);
        var head = $"POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {live.Key}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 9999\r\n\r\n--b\r\n";
        await socket.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(head));
        return socket;
    }

    static Task InFlight(LiveServer live, int count) =>
        Eventually.Sees(async () => (await live.Get("/api/v1/stats"))["uploads_in_flight"]!.GetValue<int>(), now => now == count);

    /// <summary>Begins a request; the server has it when the task completes.</summary>
    static async Task<Task<HttpResponseMessage>> Held(Server server, Func<Task<HttpResponseMessage>> begin)
    {
        var taken = new TaskCompletionSource();
        var meters = server.Services.GetService(typeof(IMeterFactory)).ShouldNotBeNull();
        using var listener = new MeterListener
        {
            InstrumentPublished = (found, hears) =>
            {
                if (found.Name == "http.server.active_requests" && found.Meter.Scope == meters) hears.EnableMeasurementEvents(found);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, change, _, _) =>
        {
            if (change > 0) taken.TrySetResult();
        });
        listener.Start();
        var asked = begin();
        await taken.Task.WaitAsync(TimeSpan.FromSeconds(Patience), TimeProvider.System);
        return asked;
    }

    [Fact]
    public async Task A_stop_ends_streams_and_waits_at_once_and_keeps_what_was_accepted()
    {
        var folder = Directory.CreateTempSubdirectory("revela-stop-").FullName;
        var server = await Server.Start(new RevelaOptions { Data = folder, Urls = "http://127.0.0.1:0" }, CancellationToken.None, children: Children);
        using var client = new HttpClient { BaseAddress = server.Addresses[0], DefaultRequestHeaders = { { "Authorization", $"Bearer {server.NewKey}" } } };
        using var stream = await client.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead);
        var body = await stream.Content.ReadAsStreamAsync();
        var job = await client.PostAsync("/api/v1/jobs", Form(("steps", """[{"op": "pause", "seconds": 60}]""")).File(Pictures.New())).ShouldBe(202);
        using (var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/jobs/{job["id"]}") { Headers = { { "Prefer", "wait=60" } } })
        {
            var waiting = await Held(server, () => client.SendAsync(request));
            await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(100), TimeProvider.System);
            (await waiting.ShouldBe(200))["finished_at"].ShouldBeNull();
        }
        await body.CopyToAsync(Stream.Null);

        await using var again = await LiveServer.Start(data: folder);
        var kept = await again.Get($"/api/v1/jobs/{job["id"]}");
        kept["state"]!.ToString().ShouldBeOneOf("pending", "processing");
        await again.Post($"/api/v1/jobs/{job["id"]}/cancel", null);
    }
}
