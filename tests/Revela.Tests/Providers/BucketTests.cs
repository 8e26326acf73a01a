using System.Text.Json.Nodes;
using Amazon.S3;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Providers;
using Revela.Providers.S3;
using Revela.Services;
using Revela.Tests.App;
using Revela.Tests.Storage.S3;
using Shouldly;
using Xunit;

namespace Revela.Tests.Providers;

/// <summary>Publishing in a bucket of a real S3 server.</summary>
[Collection(S3Tests.Name)]
public sealed class BucketTests(S3Server server)
{
    [SkippableFact]
    public async Task A_picture_is_published_byte_for_byte_under_its_name_with_its_type()
    {
        var (options, s3) = await NewBucket();
        await using var bench = await Bench.Open(services => services with { Bucket = options });
        var picture = Pictures.New(64, 48);
        var made = (await bench.Publish(new JsonObject { ["to"] = "articles/{id}" }, new JsonObject { ["id"] = 12 }, picture, "bucket")).Made();
        var told = made.Data!["publish"]!["notes"]!;
        (told["key"]!.ToString(), told["url"]!.ToString()).ShouldBe(("shop/articles/12.png", "https://images.example.org/shop/articles/12.png"));

        using var found = await s3.GetObjectAsync(options.Name, "shop/articles/12.png");
        (found.Headers.ContentType, found.Headers.CacheControl).ShouldBe(("image/png", "no-cache"));
        using var bytes = new MemoryStream();
        await found.ResponseStream.CopyToAsync(bytes);
        bytes.ToArray().ShouldBe(picture);

        // One that is there stays, unless it is to be replaced.
        var other = Pictures.New(20, 30);
        (await bench.Publish(new JsonObject { ["to"] = "articles/12", ["overwrite"] = false }, null, other, "bucket")).Made();
        (await s3.GetObjectMetadataAsync(options.Name, "shop/articles/12.png")).ContentLength.ShouldBe(picture.Length);
        (await bench.Publish(new JsonObject { ["to"] = "articles/12" }, null, other, "bucket")).Made();
        (await s3.GetObjectMetadataAsync(options.Name, "shop/articles/12.png")).ContentLength.ShouldBe(other.Length);
        s3.Dispose();
    }

    [SkippableFact]
    public async Task What_is_set_up_wrongly_is_told_with_the_name_of_the_setting_and_a_storage_that_is_away_is_waited_out()
    {
        var (options, s3) = await NewBucket();
        s3.Dispose();
        (await Refused(options with { Secret = "wrong" })).ShouldContain("bucket.secret");
        (await Refused(options with { Name = "nobodys-bucket" })).ShouldContain("bucket.name");
        await using var away = await Bench.Open(services => services with { Bucket = options with { Endpoint = "http://127.0.0.1:1" } });
        (await Should.ThrowAsync<OutageException>(() => away.Publish([], engine: "bucket"))).Error.Code.ShouldBe(ErrorCodes.ServiceUnavailable);
        await using var absent = await Bench.Open();
        (await absent.Publish([], engine: "bucket")).Error().Code.ShouldBe(ErrorCodes.EngineUnavailable);
    }

    [SkippableFact]
    public async Task The_doctor_asks_whether_the_bucket_is_there_and_writes_nothing()
    {
        var (options, s3) = await NewBucket();
        await using var bench = await Bench.Open(services => services with { Bucket = options });
        (await bench.Engines.OfType<BucketPublish>().Single().Check(default)).ShouldContain(options.Name!);
        (await s3.ListObjectsV2Async(new Amazon.S3.Model.ListObjectsV2Request { BucketName = options.Name })).KeyCount.ShouldBe(0);
        s3.Dispose();
    }

    static async Task<string> Refused(BucketOptions options)
    {
        await using var bench = await Bench.Open(services => services with { Bucket = options });
        var error = (await bench.Publish([], engine: "bucket")).Error();
        error.Code.ShouldBe(ErrorCodes.Misconfigured);
        return error.Message;
    }

    async Task<(BucketOptions Options, AmazonS3Client S3)> NewBucket()
    {
        var storage = server.Options();
        var s3 = new AmazonS3Client(S3Service.AccessKey, S3Service.SecretKey, new AmazonS3Config { ServiceURL = storage.Endpoint, ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
        var name = $"t{Guid.NewGuid():N}";
        await s3.PutBucketAsync(name);
        var options = new BucketOptions
        {
            Endpoint = storage.Endpoint,
            Name = name,
            Key = S3Service.AccessKey,
            Secret = S3Service.SecretKey,
            Folder = "shop",
            PublicUrl = "https://images.example.org/",
            CacheControl = "no-cache",
        };
        return (options, s3);
    }
}
