using System.Text.Json;
using Revela.Core.Assets;
using Revela.Storage.Objects.S3;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage.S3;

/// <summary>Settings of the object storage: every mistake at once, no secret in print, and addresses as each storage expects them.</summary>
public sealed class S3OptionsTests
{
    static readonly S3Options Plain = new() { Endpoint = "http://127.0.0.1:9000", AccessKey = "minioadmin", SecretKey = "a-secret" };

    [Fact]
    public void Without_an_endpoint_there_is_nothing_to_get_wrong() => new S3Options { Retries = -1 }.Mistakes().ShouldBeEmpty();

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var wrong = Plain with
        {
            Endpoint = "minio:9000/path",
            PublicEndpoint = "ftp://x",
            Region = "",
            SecretKey = null,
            OriginalsBucket = "Über",
            ProcessedBucket = "Über/x",
            Encryption = "rot13",
            EncryptionKey = "k",
            RequestTimeout = TimeSpan.Zero,
            Retries = 11,
        };
        wrong.Mistakes().Count.ShouldBe(11);
        Should.Throw<ArgumentException>(() => new S3ObjectStore(wrong, "nowhere", TimeProvider.System));
    }

    [Theory]
    [InlineData("pictures", "pictures", true)]
    [InlineData("pictures", "pictures/processed", true)]
    [InlineData("pictures/a", "pictures/ab", false)]
    [InlineData("pictures/a", "pictures/b", false)]
    [InlineData("originals", "processed", false)]
    public void Areas_must_not_lie_inside_each_other(string originals, string processed, bool wrong) =>
        (Plain with { OriginalsBucket = originals, ProcessedBucket = processed }).Mistakes().Any().ShouldBe(wrong);

    [Fact]
    public void Keys_are_never_printed_and_yet_can_be_set()
    {
        Plain.ToString().ShouldNotContain(Plain.SecretKey!);
        Plain.ToString().ShouldNotContain(Plain.AccessKey!);
        Plain.ToString().ShouldContain("http://127.0.0.1:9000");
        var written = JsonSerializer.Serialize(Plain);
        written.ShouldNotContain(Plain.SecretKey!);
        JsonSerializer.Deserialize<S3Options>("""{"SecretKey": "a-secret"}""")!.SecretKey.ShouldBe("a-secret");
        (Plain with { Endpoint = "http://user:pass@host" }).Mistakes().ShouldHaveSingleItem().ShouldNotContain("pass");
    }

    [Theory]
    [InlineData("http://127.0.0.1:9000", "us-east-1", "http://127.0.0.1:9000/originals/2026/a.jpg")]
    [InlineData("https://storage.googleapis.com", "auto", "https://storage.googleapis.com/originals/2026/a.jpg")]
    [InlineData("https://s3.eu-west-1.amazonaws.com", "eu-west-1", "https://originals.s3.eu-west-1.amazonaws.com/2026/a.jpg")]
    public void Every_storage_is_addressed_as_it_expects(string endpoint, string region, string address)
    {
        var options = Plain with { Endpoint = endpoint, Region = region };
        options.Mistakes().ShouldBeEmpty();
        using var store = new S3ObjectStore(options, "nowhere", TimeProvider.System);

        var link = store.Presign("originals/2026/a.jpg", TimeSpan.FromHours(1)).ShouldNotBeNull();
        link.GetLeftPart(UriPartial.Path).ShouldBe(address);
        link.Query.ShouldContain("X-Amz-Algorithm=AWS4-HMAC-SHA256");
        link.Query.ShouldContain($"%2F{region}%2Fs3%2Faws4_request");
        Directory.Exists("nowhere").ShouldBeFalse();
    }

    [Fact]
    public void Both_areas_have_a_bucket() =>
        ObjectKeys.Areas.ShouldBe([Plain.OriginalsBucket, Plain.ProcessedBucket]);
}
