using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Revela.Core;
using Revela.Core.Assets;

namespace Revela.Storage.Objects.S3;

/// <summary>Objects on S3 or a storage that speaks it: an area is a bucket, or a prefix in one.</summary>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    // S3 signs no link for longer.
    static readonly TimeSpan LongestLink = TimeSpan.FromDays(7);

    static readonly TimeSpan UnfinishedKept = TimeSpan.FromDays(1);

    readonly S3Options options;
    readonly TimeProvider time;
    readonly Buckets buckets;
    readonly AmazonS3Client client, links;
    readonly MultipartUpload multipart;

    /// <param name="scratch">A local folder for files on their way in and out; made when absent.</param>
    /// <exception cref="ArgumentException">The options have mistakes.</exception>
    public S3ObjectStore(S3Options options, string scratch, TimeProvider time)
    {
        if (options.Endpoint is null || options.Mistakes() is { Count: > 0 }) throw new ArgumentException(string.Join(' ', options.Mistakes()), nameof(options));
        (this.options, this.time, Scratch) = (options, time, Path.GetFullPath(scratch));
        buckets = new Buckets(options);
        client = SdkClient.Create(options, options.Endpoint);
        links = options.PublicEndpoint is null ? client : SdkClient.Create(options, options.PublicEndpoint);
        multipart = new MultipartUpload(client, options);
    }

    public string Scratch { get; }

    public async Task Prepare(CancellationToken cancel)
    {
        await Faults.Guard(() => Task.FromResult(Directory.CreateDirectory(Scratch)), cancel).ConfigureAwait(false);
        ScratchFolder.Sweep(Scratch, time.GetUtcNow(), cancel);
        foreach (var area in ObjectKeys.Areas)
        {
            await Faults.Guard(() => PrepareArea(buckets.Of(area), cancel), cancel).ConfigureAwait(false);
        }
    }

    public Task Put(string key, string path, string contentType, CancellationToken cancel)
    {
        var place = buckets.PlaceOf(key);
        return Faults.Guard(async () =>
        {
            var bytes = new FileInfo(path).Length;
            if (bytes >= MultipartUpload.Threshold) await multipart.Send(place, path, bytes, contentType, cancel).ConfigureAwait(false);
            else await PutWhole(place, path, contentType, cancel).ConfigureAwait(false);
            File.Delete(path);
            return true;
        }, cancel);
    }

    public async Task<LocalFile?> Fetch(string key, CancellationToken cancel)
    {
        await using var source = await OpenRanged(key, RangedStream.LargeBlock, cancel).ConfigureAwait(false);
        if (source is null) return null;

        var copy = Path.Combine(Scratch, $"{Guid.NewGuid():N}.fetched");
        try
        {
            await Faults.Guard(() => Save(source, copy, cancel), cancel).ConfigureAwait(false);
            return new LocalFile(copy, isCopy: true);
        }
        catch
        {
            File.Delete(copy);
            throw;
        }
    }

    public async Task<Stream?> Open(string key, CancellationToken cancel) => await OpenRanged(key, RangedStream.SmallBlock, cancel).ConfigureAwait(false);

    public Task Delete(string key, CancellationToken cancel)
    {
        var place = buckets.PlaceOf(key);
        return Faults.Guard(async () =>
        {
            try
            {
                await client.DeleteObjectAsync(place.Bucket, place.Key, cancel).ConfigureAwait(false);
            }
            catch (AmazonS3Exception absent) when (Faults.IsMissing(absent))
            {
                // Google's answer where Amazon says that all is well.
            }
            return true;
        }, cancel);
    }

    public async IAsyncEnumerable<ObjectInfo> List(string area, [EnumeratorCancellation] CancellationToken cancel)
    {
        var root = buckets.Of(area);
        var request = new ListObjectsV2Request { BucketName = root.Bucket, Prefix = root.Key };
        for (var more = true; more;)
        {
            var page = await Faults.Guard(() => client.ListObjectsV2Async(request, cancel), cancel).ConfigureAwait(false);
            foreach (var found in page.S3Objects)
                yield return new ObjectInfo($"{area}/{found.Key[root.Key.Length..]}", found.Size, found.LastModified.ToUniversalTime());
            (request.ContinuationToken, more) = (page.NextContinuationToken, page.IsTruncated);
        }
    }

    /// <summary>Null too for a time longer than the seven days that S3 signs for.</summary>
    public Uri? Presign(string key, TimeSpan validFor) => validFor > LongestLink ? null : Sign(Link(key, HttpVerb.GET, validFor));

    /// <summary>Null too for a time longer than the seven days that S3 signs for.</summary>
    public UploadLink? PresignUpload(string key, string contentType, long bytes, TimeSpan validFor)
    {
        if (validFor > LongestLink) return null;
        var request = Link(key, HttpVerb.PUT, validFor);
        request.ContentType = contentType;
        request.Headers.ContentLength = bytes;
        (request.ServerSideEncryptionMethod, request.ServerSideEncryptionKeyManagementServiceKeyId) = SdkClient.Encryption(options);
        var headers = new Dictionary<string, string> { ["Content-Type"] = contentType };
        if (options.Encryption is { } encryption) headers["x-amz-server-side-encryption"] = encryption;
        if (options.EncryptionKey is { } encryptionKey) headers["x-amz-server-side-encryption-aws-kms-key-id"] = encryptionKey;
        return new UploadLink(Sign(request), headers);
    }

    public void Dispose()
    {
        if (links != client) links.Dispose();
        client.Dispose();
    }

    async Task<bool> PrepareArea(Buckets.Place area, CancellationToken cancel)
    {
        try
        {
            await Probe(area, cancel).ConfigureAwait(false);
        }
        catch (AmazonS3Exception fault) when (Faults.IsMissingBucket(fault))
        {
            await MakeBucket(area.Bucket, cancel).ConfigureAwait(false);
            await Probe(area, cancel).ConfigureAwait(false);
        }
        await multipart.AbortStale(area, time.GetUtcNow() - UnfinishedKept, cancel).ConfigureAwait(false);
        return true;
    }

    // Listing, or asking for the bucket's head, would not tell whether this key may write.
    // Without bytes: some servers take a body that they refused for the next request.
    async Task Probe(Buckets.Place area, CancellationToken cancel)
    {
        var place = area with { Key = $"{area.Key}probe-{Guid.NewGuid():N}" };
        var request = PutRequest(place, "text/plain");
        request.InputStream = new MemoryStream([]);
        await client.PutObjectAsync(request, cancel).ConfigureAwait(false);
        await client.DeleteObjectAsync(place.Bucket, place.Key, cancel).ConfigureAwait(false);
    }

    async Task MakeBucket(string bucket, CancellationToken cancel)
    {
        var request = new PutBucketRequest { BucketName = bucket, UseClientRegion = false };
        if (options.IsAmazon && options.Region != "us-east-1") request.BucketRegionName = options.Region;
        try
        {
            await client.PutBucketAsync(request, cancel).ConfigureAwait(false);
        }
        catch (AmazonS3Exception raced) when (raced.ErrorCode is "BucketAlreadyOwnedByYou" or "BucketAlreadyExists")
        {
            // Another process of this Revela was quicker. Ceph may tell the slower of two that the bucket is somebody else's.
            if (raced.ErrorCode == "BucketAlreadyExists" && !await MayRead(bucket, cancel).ConfigureAwait(false)) throw;
        }
    }

    async Task<bool> MayRead(string bucket, CancellationToken cancel)
    {
        try
        {
            await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, MaxKeys = 1 }, cancel).ConfigureAwait(false);
            return true;
        }
        catch (AmazonS3Exception)
        {
            return false;
        }
    }

    Task PutWhole(Buckets.Place place, string path, string contentType, CancellationToken cancel)
    {
        var request = PutRequest(place, contentType);
        request.FilePath = path;
        return client.PutObjectAsync(request, cancel);
    }

    PutObjectRequest PutRequest(Buckets.Place place, string contentType)
    {
        var (encryption, encryptionKey) = SdkClient.Encryption(options);
        return new PutObjectRequest
        {
            BucketName = place.Bucket,
            Key = place.Key,
            ContentType = contentType,
            ServerSideEncryptionMethod = encryption,
            ServerSideEncryptionKeyManagementServiceKeyId = encryptionKey,
            // The storage itself compares what arrived; its ETag is a digest only in the plainest case.
            CalculateContentMD5Header = true,
            DisableDefaultChecksumValidation = true,
            // Signed chunks are a dialect of Amazon's.
            UseChunkEncoding = false,
            DisablePayloadSigning = SdkClient.IsTls(options),
        };
    }

    Task<RangedStream?> OpenRanged(string key, int firstBlock, CancellationToken cancel) =>
        RangedStream.Open(client, buckets.PlaceOf(key), firstBlock, options.RequestTimeout, time, cancel);

    static async Task<bool> Save(Stream source, string path, CancellationToken cancel)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        await source.CopyToAsync(file, RangedStream.SmallBlock, cancel).ConfigureAwait(false);
        return true;
    }

    GetPreSignedUrlRequest Link(string key, HttpVerb verb, TimeSpan validFor)
    {
        var place = buckets.PlaceOf(key);
        var scheme = S3Options.Address(options.PublicEndpoint ?? options.Endpoint)!.Scheme;
        return new GetPreSignedUrlRequest
        {
            BucketName = place.Bucket,
            Key = place.Key,
            Verb = verb,
            Expires = (time.GetUtcNow() + validFor).UtcDateTime,
            Protocol = scheme == Uri.UriSchemeHttps ? Protocol.HTTPS : Protocol.HTTP,
        };
    }

    Uri Sign(GetPreSignedUrlRequest request) => new(links.GetPreSignedURL(request));
}
