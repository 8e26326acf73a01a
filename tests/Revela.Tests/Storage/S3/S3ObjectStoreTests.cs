using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Services;
using Revela.Storage.Objects.S3;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage.S3;

/// <summary>What S3 adds to the promises of every object store: parts, ranges, links, buckets.</summary>
[Collection(S3Tests.Name)]
public sealed class S3ObjectStoreTests(S3Server server)
{
    const int Megabyte = 1024 * 1024;

    static string NewKey(string contentType = "image/jpeg") => ObjectKeys.Original(Ids.New(TimeProvider.System), contentType);

    static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 * Megabyte - 1)]
    [InlineData(16 * Megabyte)]
    [InlineData(16 * Megabyte + 1)]
    [InlineData(24 * Megabyte + 12345)]
    public async Task Files_of_any_size_come_back_as_they_went(int size)
    {
        using var store = await server.Store();
        var (key, bytes) = (NewKey(), Noise(size));
        var path = await Write(store, bytes);

        await store.Put(key, path, "image/jpeg", default);

        File.Exists(path).ShouldBeFalse();
        using var copy = (await store.Fetch(key, default)).ShouldNotBeNull();
        Digest(await File.ReadAllBytesAsync(copy.Path)).ShouldBe(Digest(bytes));
        (await All(store)).ShouldHaveSingleItem().Bytes.ShouldBe(size);
    }

    [SkippableFact]
    public async Task A_fetched_copy_goes_when_it_is_done_with_and_the_object_stays()
    {
        using var store = await server.Store();
        var key = await Put(store, Noise(1000));
        string path;
        using (var copy = (await store.Fetch(key, default)).ShouldNotBeNull()) path = copy.Path;
        File.Exists(path).ShouldBeFalse();
        Directory.EnumerateFileSystemEntries(store.Scratch).ShouldBeEmpty();
        (await store.Fetch(key, default)).ShouldNotBeNull().Dispose();
    }

    [SkippableTheory]
    [InlineData("image/jpeg", 100)]
    [InlineData("image/avif", 100)]
    [InlineData("image/png", 17 * Megabyte)]
    public async Task An_object_carries_its_content_type_and_its_link_loads_by_itself(string contentType, int size)
    {
        using var store = await server.Store();
        var bytes = Noise(size);
        var key = await Put(store, bytes, contentType);

        var link = store.Presign(key, TimeSpan.FromMinutes(5)).ShouldNotBeNull();
        using var plain = new HttpClient();
        using var answer = await plain.GetAsync(link);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(contentType);
        Digest(await answer.Content.ReadAsByteArrayAsync()).ShouldBe(Digest(bytes));
    }

    [SkippableFact]
    public async Task A_link_is_for_one_object_and_a_time_and_holds_no_secret()
    {
        using var store = await server.Store();
        var (key, other) = (await Put(store, Noise(10)), await Put(store, Noise(10)));
        var link = store.Presign(key, TimeSpan.FromMinutes(5)).ShouldNotBeNull();
        using var plain = new HttpClient();

        link.Query.ShouldContain("X-Amz-Algorithm=AWS4-HMAC-SHA256");
        link.Query.ShouldContain("X-Amz-Expires=300");
        link.ToString().ShouldNotContain(S3Service.SecretKey);
        var swapped = link.ToString().Replace(NameOf(key), NameOf(other), StringComparison.Ordinal);
        (await plain.GetAsync(new Uri(swapped))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await plain.GetAsync(new Uri(link.GetLeftPart(UriPartial.Path)))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await plain.DeleteAsync(link)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        store.Presign(key, TimeSpan.FromDays(8)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task An_original_can_be_uploaded_by_link_but_only_as_it_was_announced()
    {
        using var store = await server.Store();
        var (key, bytes) = (NewKey(), Noise(5000));
        var link = store.PresignUpload(key, "image/jpeg", bytes.Length, TimeSpan.FromMinutes(5)).ShouldNotBeNull().Url;

        (await Upload(link, Noise(6000), "image/jpeg")).ShouldBe(HttpStatusCode.Forbidden);
        (await Upload(link, bytes, "text/html")).ShouldBe(HttpStatusCode.Forbidden);
        (await store.Open(key, default)).ShouldBeNull();
        (await Upload(link, bytes, "image/jpeg")).ShouldBe(HttpStatusCode.OK);

        using var copy = (await store.Fetch(key, default)).ShouldNotBeNull();
        Digest(await File.ReadAllBytesAsync(copy.Path)).ShouldBe(Digest(bytes));
    }

    [SkippableFact]
    public async Task Links_name_the_public_address_where_there_is_one()
    {
        using var store = server.Unprepared(server.Options() with { PublicEndpoint = "https://pictures.example.com" });
        var link = store.Presign(NewKey(), TimeSpan.FromMinutes(1)).ShouldNotBeNull();
        link.GetLeftPart(UriPartial.Authority).ShouldBe("https://pictures.example.com");
        await Task.CompletedTask;
    }

    [SkippableFact]
    public async Task A_stream_reads_any_range_and_no_more_than_it_needs()
    {
        var options = server.Options();
        await using var wire = new Wire(new Uri(options.Endpoint!).Port);
        using var store = await server.Store(options with { Endpoint = $"http://127.0.0.1:{wire.Port}" });
        var bytes = Noise(9 * Megabyte);
        var key = await Put(store, bytes);
        var before = wire.Received;

        await using var stream = (await store.Open(key, default)).ShouldNotBeNull();
        stream.Length.ShouldBe(bytes.Length);
        foreach (var (at, count) in new[] { (0, 16), (100, 1000), (bytes.Length - 7, 7), (5_000_000, 70_000), (4_999_000, 2000), (0, 1) })
        {
            var part = new byte[count];
            stream.Position = at;
            await stream.ReadExactlyAsync(part);
            part.ShouldBe(bytes.AsSpan(at, count).ToArray());
        }
        (wire.Received - before).ShouldBeLessThan(3 * Megabyte);
    }

    [SkippableFact]
    public async Task A_stream_can_be_read_to_its_end_from_anywhere_at_once_or_in_step()
    {
        using var store = await server.Store();
        var bytes = Noise(3 * Megabyte + 17);
        await using var stream = (await store.Open(await Put(store, bytes), default)).ShouldNotBeNull();

        stream.Seek(-1000, SeekOrigin.End);
        (await Drain(stream)).ShouldBe(bytes[^1000..]);
        stream.Seek(0, SeekOrigin.Begin);
        Digest(await Drain(stream)).ShouldBe(Digest(bytes));
        stream.Position = bytes.Length + 5;
        (await stream.ReadAsync(new byte[10])).ShouldBe(0);
        stream.Position = 12;
        stream.ReadByte().ShouldBe(bytes[12]);
    }

    [SkippableFact]
    public async Task A_stream_never_mixes_an_object_with_the_one_that_overwrote_it()
    {
        using var store = await server.Store();
        var key = await Put(store, Noise(2 * Megabyte));
        await using var stream = (await store.Open(key, default)).ShouldNotBeNull();
        await store.Put(key, await Write(store, Noise(2 * Megabyte, seed: 2)), "image/jpeg", default);

        stream.Position = Megabyte;
        await Should.ThrowAsync<OutageException>(async () => await stream.ReadExactlyAsync(new byte[10]));
    }

    [SkippableFact]
    public async Task Listing_goes_on_past_one_page_and_knows_sizes_and_times()
    {
        using var store = await server.Store();
        var keys = Enumerable.Range(0, 1003).Select(_ => NewKey()).ToHashSet();
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (key, cancel) =>
            await store.Put(key, await Write(store, [1, 2, 3]), "image/jpeg", cancel));

        var found = await All(store);
        found.Select(one => one.Key).ToHashSet().SetEquals(keys).ShouldBeTrue();
        found.Count.ShouldBe(keys.Count);
        found.ShouldAllBe(one => one.Bytes == 3);
        found.ShouldAllBe(one => (TimeProvider.System.GetUtcNow() - one.WrittenAt).Duration() < TimeSpan.FromMinutes(5));
    }

    [SkippableFact]
    public async Task Two_areas_may_share_a_bucket_under_prefixes()
    {
        var name = server.Options().OriginalsBucket;
        using var store = await server.Store(server.Options() with { OriginalsBucket = $"{name}/revela/in", ProcessedBucket = $"{name}/revela/out" });
        var original = await Put(store, Noise(10));
        var result = ObjectKeys.Result(Ids.New(TimeProvider.System), 3, 0, "image/png");
        await store.Put(result, await Write(store, Noise(20)), "image/png", default);

        (await All(store)).ShouldHaveSingleItem().Key.ShouldBe(original);
        (await All(store, ObjectKeys.Processed)).ShouldHaveSingleItem().Key.ShouldBe(result);
        using var plain = new HttpClient();
        store.Presign(result, TimeSpan.FromMinutes(1))!.AbsolutePath.ShouldStartWith($"/{name}/revela/out/");
    }

    [SkippableFact]
    public async Task Preparing_twice_or_at_once_makes_the_buckets_once_and_leaves_nothing_in_them()
    {
        var options = server.Options();
        using var store = server.Unprepared(options);
        using var other = server.Unprepared(options);
        await Task.WhenAll(store.Prepare(default), other.Prepare(default));
        await store.Prepare(default);
        (await All(store)).ShouldBeEmpty();
        (await All(store, ObjectKeys.Processed)).ShouldBeEmpty();
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("originals")]
    [InlineData("originals/")]
    [InlineData("elsewhere/a.jpg")]
    [InlineData("originals/../processed/a.jpg")]
    [InlineData("originals//a.jpg")]
    [InlineData("/originals/a.jpg")]
    [InlineData("originals/a b.jpg")]
    [InlineData("originals/a+b.jpg")]
    [InlineData("originals/ñ.jpg")]
    [InlineData("originals/a?x=1")]
    [InlineData("originals/%2e%2e/a.jpg")]
    public async Task A_key_that_is_not_ours_is_refused_before_anything_is_sent(string key)
    {
        using var store = server.Unprepared(server.Options());
        await Should.ThrowAsync<ArgumentException>(async () => await store.Put(key, "/nowhere", "image/jpeg", default));
        await Should.ThrowAsync<ArgumentException>(async () => await store.Open(key, default));
        await Should.ThrowAsync<ArgumentException>(async () => await store.Fetch(key, default));
        await Should.ThrowAsync<ArgumentException>(async () => await store.Delete(key, default));
        Should.Throw<ArgumentException>(() => store.Presign(key, TimeSpan.FromMinutes(1)));
    }

    [SkippableTheory]
    [InlineData("originals/a-b_c.d/E.JPG")]
    [InlineData("originals/2026/11/20/0")]
    public async Task Keys_of_every_allowed_letter_come_back_from_a_listing(string key)
    {
        using var store = await server.Store();
        await store.Put(key, await Write(store, [1]), "image/jpeg", default);
        (await All(store)).ShouldHaveSingleItem().Key.ShouldBe(key);
        await store.Delete(key, default);
        await store.Delete(key, default);
        (await All(store)).ShouldBeEmpty();
    }

    static byte[] Noise(int size, int seed = 1)
    {
        var bytes = new byte[size];
        new Random(seed + size).NextBytes(bytes);
        return bytes;
    }

    static async Task<string> Write(S3ObjectStore store, byte[] bytes)
    {
        var path = Path.Combine(store.Scratch, Guid.NewGuid().ToString("N"));
        await File.WriteAllBytesAsync(path, bytes);
        return path;
    }

    static async Task<string> Put(S3ObjectStore store, byte[] bytes, string contentType = "image/jpeg")
    {
        var key = NewKey(contentType);
        await store.Put(key, await Write(store, bytes), contentType, default);
        return key;
    }

    static async Task<List<ObjectInfo>> All(S3ObjectStore store, string area = ObjectKeys.Originals)
    {
        var found = new List<ObjectInfo>();
        await foreach (var one in store.List(area, default)) found.Add(one);
        return found;
    }

    static async Task<byte[]> Drain(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    static async Task<HttpStatusCode> Upload(Uri link, byte[] bytes, string contentType)
    {
        using var plain = new HttpClient();
        using var body = new ByteArrayContent(bytes);
        body.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        using var answer = await plain.PutAsync(link, body);
        return answer.StatusCode;
    }

    static string NameOf(string key) => key[(key.LastIndexOf('/') + 1)..];
}
