using System.Net;
using System.Net.Sockets;
using Amazon.S3;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Services;
using Revela.Storage.Objects.S3;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage.S3;

/// <summary>When the storage or the way to it breaks: the image never pays, nothing half-made is seen, and the reason is said without a secret (laws 1, 7, 12).</summary>
[Collection(S3Tests.Name)]
public sealed class S3OutageTests(S3Server server)
{
    const int Megabyte = 1024 * 1024;
    const string Key = "originals/2026/11/20/photo.jpg";

    [SkippableTheory]
    [InlineData(12)]
    [InlineData(30)]
    public async Task A_server_killed_in_the_middle_of_a_put_leaves_what_was_there_before(int megabytes)
    {
        var options = server.Options();
        using var lasting = await server.Store(options);
        await lasting.Put(Key, await Write(lasting, [1, 2, 3]), "image/jpeg", default);
        var (port, gateway) = await server.StartGateway();
        using (gateway)
        {
            await using var wire = new Wire(port) { WhenSent = (megabytes * Megabyte / 2, gateway.Kill) };
            using var store = server.Unprepared(Impatient(options, wire.Port));
            Directory.CreateDirectory(store.Scratch);
            var path = await Write(store, new byte[megabytes * Megabyte]);

            await IsOutage(() => store.Put(Key, path, "image/jpeg", default));
            await IsOutage(() => store.Put("originals/new.jpg", path, "image/jpeg", default));

            wire.HasBroken.ShouldBeTrue();
            (await Bytes(lasting, Key)).ShouldBe([1, 2, 3]);
            (await lasting.Open("originals/new.jpg", default)).ShouldBeNull();
            (await Keys(lasting)).ShouldBe([Key]);
            // The file is still there for the next try.
            await lasting.Put(Key, path, "image/jpeg", default);
            (await Bytes(lasting, Key)).Length.ShouldBe(megabytes * Megabyte);
        }
    }

    [SkippableFact]
    public async Task An_upload_that_breaks_off_leaves_no_parts_behind()
    {
        var options = server.Options();
        using var lasting = await server.Store(options);
        await using var wire = new Wire(PortOf(options)) { WhenSent = (20 * Megabyte, () => { }) };
        using var store = server.Unprepared(Impatient(options, wire.Port));
        Directory.CreateDirectory(store.Scratch);

        await IsOutage(async () => await store.Put(Key, await Write(store, new byte[40 * Megabyte]), "image/jpeg", default));

        wire.HasBroken.ShouldBeTrue();
        using var raw = Raw(options);
        (await raw.ListMultipartUploadsAsync(options.OriginalsBucket)).MultipartUploads.ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Parts_that_a_crash_left_are_dropped_by_a_start_a_day_later_and_not_before()
    {
        var options = server.Options();
        using var store = await server.Store(options);
        using var raw = Raw(options);
        await raw.InitiateMultipartUploadAsync(options.OriginalsBucket, "2026/11/20/photo.jpg");

        await store.Prepare(default);
        (await raw.ListMultipartUploadsAsync(options.OriginalsBucket)).MultipartUploads.Count.ShouldBe(1);
        using var later = new S3ObjectStore(options, store.Scratch, new ManualTime(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(2)));
        await later.Prepare(default);
        (await raw.ListMultipartUploadsAsync(options.OriginalsBucket)).MultipartUploads.ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A_server_that_is_away_is_an_outage_for_every_verb()
    {
        using var store = server.Unprepared(Impatient(server.Options(), ServiceScript.FreePort()));
        Directory.CreateDirectory(store.Scratch);
        var path = await Write(store, [1]);

        await IsOutage(() => store.Prepare(default));
        await IsOutage(() => store.Put(Key, path, "image/jpeg", default));
        await IsOutage(() => store.Fetch(Key, default));
        await IsOutage(() => store.Open(Key, default));
        await IsOutage(() => store.Delete(Key, default));
        await IsOutage(() => Keys(store));
        File.Exists(path).ShouldBeTrue();
        Directory.EnumerateFileSystemEntries(store.Scratch).ShouldBe([path]);
    }

    [SkippableFact]
    public async Task A_server_that_never_answers_is_an_outage_after_the_time_limit()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var store = server.Unprepared(Impatient(server.Options(), ((IPEndPoint)silent.LocalEndpoint).Port) with { RequestTimeout = TimeSpan.FromSeconds(1), Retries = 0 });
        (await IsOutage(() => store.Open(Key, default))).Message.ShouldBe("The object storage does not answer in time.");
    }

    [SkippableFact]
    public async Task A_download_that_breaks_off_is_taken_up_again()
    {
        var options = server.Options();
        using var lasting = await server.Store(options);
        var bytes = new byte[5 * Megabyte];
        Random.Shared.NextBytes(bytes);
        await lasting.Put(Key, await Write(lasting, bytes), "image/jpeg", default);
        await using var wire = new Wire(PortOf(options)) { CutAfterReceived = 2 * Megabyte };
        using var store = server.Unprepared(Impatient(options, wire.Port));
        Directory.CreateDirectory(store.Scratch);

        (await Bytes(store, Key)).ShouldBe(bytes);
        wire.HasBroken.ShouldBeTrue();
    }

    [SkippableFact]
    public async Task A_download_that_stalls_ends_at_the_time_limit_and_leaves_no_file()
    {
        var options = server.Options();
        using var lasting = await server.Store(options);
        await lasting.Put(Key, await Write(lasting, new byte[5 * Megabyte]), "image/jpeg", default);
        var time = new ManualTime();
        await using var wire = new Wire(PortOf(options)) { StallAfterReceived = 2 * Megabyte };
        using var store = new S3ObjectStore(options with { Endpoint = $"http://127.0.0.1:{wire.Port}" }, Path.Combine(lasting.Scratch, "stalled"), time);
        Directory.CreateDirectory(store.Scratch);

        var fetching = store.Fetch(Key, default);
        await wire.Stalled;
        time.Advance(options.RequestTimeout);

        (await IsOutage(() => fetching)).Message.ShouldBe("The object storage does not answer in time.");
        Directory.EnumerateFileSystemEntries(store.Scratch).ShouldBeEmpty();
    }

    [SkippableTheory]
    [InlineData("revela", "not-the-secret-of-it")]
    [InlineData("nobody", "not-the-secret-of-it")]
    public async Task A_wrong_key_is_said_in_words_and_never_printed(string accessKey, string secretKey)
    {
        using var store = server.Unprepared(server.Options() with { AccessKey = accessKey, SecretKey = secretKey });
        var outage = await IsOutage(() => store.Prepare(default));
        outage.Message.ShouldBe("The object storage refuses the access key or its secret: check s3.access_key and s3.secret_key.");
        outage.ToString().ShouldNotContain(secretKey);
    }

    [SkippableFact]
    public async Task A_bucket_that_is_gone_is_an_outage_and_not_an_absent_image()
    {
        using var store = server.Unprepared(server.Options());
        Directory.CreateDirectory(store.Scratch);
        var path = await Write(store, [1]);
        await IsOutage(() => store.Open(Key, default));
        await IsOutage(() => store.Fetch(Key, default));
        await IsOutage(() => store.Put(Key, path, "image/jpeg", default));
        await IsOutage(() => Keys(store));
        (await IsOutage(() => store.Delete(Key, default))).Message.ShouldStartWith("A bucket is missing");
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(20)]
    public async Task A_cancelled_put_is_a_cancellation_and_keeps_the_file(int megabytes)
    {
        var options = server.Options();
        using var lasting = await server.Store(options);
        using var cancel = new CancellationTokenSource();
        await using var wire = new Wire(PortOf(options)) { WhenSent = (megabytes * Megabyte / 2, cancel.Cancel) };
        using var store = server.Unprepared(Impatient(options, wire.Port));
        Directory.CreateDirectory(store.Scratch);
        var path = await Write(store, new byte[megabytes * Megabyte]);

        await Should.ThrowAsync<OperationCanceledException>(() => store.Put(Key, path, "image/jpeg", cancel.Token));
        File.Exists(path).ShouldBeTrue();
        (await Keys(lasting)).ShouldBeEmpty();
    }

    static S3Options Impatient(S3Options options, int port) =>
        options with { Endpoint = $"http://127.0.0.1:{port}", RequestTimeout = TimeSpan.FromSeconds(20), Retries = 0 };

    static int PortOf(S3Options options) => new Uri(options.Endpoint!).Port;

    static AmazonS3Client Raw(S3Options options) =>
        new(options.AccessKey, options.SecretKey, new AmazonS3Config { ServiceURL = options.Endpoint, ForcePathStyle = true, AuthenticationRegion = options.Region });

    static async Task<OutageException> IsOutage(Func<Task> action)
    {
        var outage = await Should.ThrowAsync<OutageException>(action);
        outage.Error.Code.ShouldBe(ErrorCodes.StorageUnavailable);
        outage.ToString().ShouldNotContain(S3Service.SecretKey);
        return outage;
    }

    static async Task<string> Write(S3ObjectStore store, byte[] bytes)
    {
        var path = Path.Combine(store.Scratch, Guid.NewGuid().ToString("N"));
        await File.WriteAllBytesAsync(path, bytes);
        return path;
    }

    static async Task<byte[]> Bytes(S3ObjectStore store, string key)
    {
        using var copy = (await store.Fetch(key, default)).ShouldNotBeNull();
        return await File.ReadAllBytesAsync(copy.Path);
    }

    static async Task<List<string>> Keys(S3ObjectStore store)
    {
        var found = new List<string>();
        await foreach (var one in store.List(ObjectKeys.Originals, default)) found.Add(one.Key);
        return found;
    }
}
