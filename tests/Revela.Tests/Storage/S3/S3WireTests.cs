using Revela.Core;
using Revela.Storage.Objects.S3;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage.S3;

/// <summary>What goes over the wire: nothing that only Amazon understands, and a bounded number of tries.</summary>
public sealed class S3WireTests : IDisposable
{
    const int Megabyte = 1024 * 1024;
    const string Key = "originals/2026/a.jpg";

    readonly string scratch = Directory.CreateTempSubdirectory("revela-s3-wire-").FullName;

    public void Dispose() => Directory.Delete(scratch, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(20 * Megabyte)]
    public async Task An_upload_speaks_no_dialect(int bytes)
    {
        await using var fake = await FakeS3.Start();
        using var store = Store(fake);
        await store.Put(Key, await Write(bytes), "image/jpeg", default);

        foreach (var said in fake.All.Where(said => said.Method == "PUT"))
        {
            said.Headers["x-amz-content-sha256"].Length.ShouldBe(64);
            said.Headers["Content-MD5"].ShouldNotBeEmpty();
            said.Headers.Keys.ShouldNotContain(name => name.StartsWith("x-amz-checksum", StringComparison.OrdinalIgnoreCase) || name.StartsWith("x-amz-sdk-checksum", StringComparison.OrdinalIgnoreCase));
            said.Headers.Keys.ShouldNotContain("x-amz-trailer", StringComparer.OrdinalIgnoreCase);
            said.Headers.Keys.ShouldNotContain("x-amz-decoded-content-length", StringComparer.OrdinalIgnoreCase);
            said.Headers.Keys.ShouldNotContain("Content-Encoding", StringComparer.OrdinalIgnoreCase);
            // Google's front door changes this header, so that a signature over it would break.
            said.Headers["Authorization"].ShouldNotContain("accept-encoding");
        }
        fake.All.Where(said => said.Method == "PUT").Sum(said => said.BodyBytes).ShouldBe(bytes);
        fake.All.First().Headers["Content-Type"].ShouldBe("image/jpeg");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20 * Megabyte)]
    public async Task Encryption_is_asked_for_where_an_object_begins(int bytes)
    {
        await using var fake = await FakeS3.Start();
        using var store = Store(fake, new S3Options { Encryption = "aws:kms", EncryptionKey = "pictures" });
        await store.Put(Key, await Write(bytes), "image/jpeg", default);

        var begin = fake.All[0];
        begin.Headers["x-amz-server-side-encryption"].ShouldBe("aws:kms");
        begin.Headers["x-amz-server-side-encryption-aws-kms-key-id"].ShouldBe("pictures");
    }

    [Fact]
    public async Task A_link_for_an_upload_asks_for_encryption_by_headers_that_it_names()
    {
        await using var fake = await FakeS3.Start();
        using var store = Store(fake, new S3Options { Encryption = "aws:kms", EncryptionKey = "pictures" });
        var link = store.PresignUpload(Key, "image/jpeg", 100, TimeSpan.FromMinutes(5)).ShouldNotBeNull();

        link.Headers.ShouldBe(new Dictionary<string, string>
        {
            ["Content-Type"] = "image/jpeg",
            ["x-amz-server-side-encryption"] = "aws:kms",
            ["x-amz-server-side-encryption-aws-kms-key-id"] = "pictures",
        }, ignoreOrder: true);
        Uri.UnescapeDataString(link.Url.Query).ShouldContain("X-Amz-SignedHeaders=content-length;content-type;host;x-amz-server-side-encryption;x-amz-server-side-encryption-aws-kms-key-id&");
        link.Url.Query.ShouldNotContain("checksum", Case.Insensitive);
    }

    [Fact]
    public async Task A_part_that_fails_is_sent_again_and_the_others_are_not()
    {
        await using var fake = await FakeS3.Start(said => said.Query.Contains("partNumber=2", StringComparison.Ordinal) && said.Count == 1 ? 500 : 200);
        using var store = Store(fake, new S3Options { Retries = 1 });
        await store.Put(Key, await Write(20 * Megabyte), "image/jpeg", default);

        fake.All.Count(said => said.Query.Contains("partNumber=1", StringComparison.Ordinal)).ShouldBe(1);
        fake.All.Count(said => said.Query.Contains("partNumber=2", StringComparison.Ordinal)).ShouldBe(2);
        fake.All.Count(said => said.Query.Contains("partNumber=3", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_server_in_trouble_is_asked_so_often_and_no_more(int status)
    {
        await using var fake = await FakeS3.Start(_ => status);
        using var store = Store(fake, new S3Options { Retries = 1 });
        var path = await Write(10);

        (await Should.ThrowAsync<OutageException>(() => store.Put(Key, path, "image/jpeg", default))).Message.ShouldContain($"answered {status}");
        fake.All.Count.ShouldBe(2);
        File.Exists(path).ShouldBeTrue();
    }

    [Fact]
    public async Task A_refusal_is_not_tried_again_and_its_upload_is_called_off()
    {
        await using var fake = await FakeS3.Start(said => said.Query.Contains("partNumber=3", StringComparison.Ordinal) ? 403 : 200);
        using var store = Store(fake, new S3Options { Retries = 3 });
        var path = await Write(20 * Megabyte);

        (await Should.ThrowAsync<OutageException>(() => store.Put(Key, path, "image/jpeg", default))).Message.ShouldContain("does not let this access key");
        fake.All.Count(said => said.Query.Contains("partNumber=3", StringComparison.Ordinal)).ShouldBe(1);
        fake.All[^1].Method.ShouldBe("DELETE");
        fake.All.ShouldNotContain(said => said.Method == "POST" && said.Query.Contains("uploadId", StringComparison.Ordinal));
    }

    S3ObjectStore Store(FakeS3 fake, S3Options? options = null) =>
        new((options ?? new S3Options()) with { Endpoint = fake.Endpoint, AccessKey = "key", SecretKey = "secret" }, scratch, TimeProvider.System);

    async Task<string> Write(int bytes)
    {
        var path = Path.Combine(scratch, "picture");
        await File.WriteAllBytesAsync(path, new byte[bytes]);
        return path;
    }
}
