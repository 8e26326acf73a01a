using System.Collections.Concurrent;
using Amazon.S3;
using Amazon.S3.Model;

namespace Revela.Storage.Objects.S3;

/// <summary>Sends a large file in parts, some at a time. Nothing is visible before all are there and the storage has put them together.</summary>
sealed class MultipartUpload(IAmazonS3 client, S3Options options)
{
    /// <summary>From here on a file goes in parts; S3 takes no part but the last below 5 MiB.</summary>
    public const long Threshold = 16 * 1024 * 1024;

    const long PartBytes = 8 * 1024 * 1024;
    const int PartsAtOnce = 3;

    static readonly TimeSpan AbortTime = TimeSpan.FromSeconds(5);

    public async Task Send(Buckets.Place place, string path, long bytes, string contentType, CancellationToken cancel)
    {
        var begin = new InitiateMultipartUploadRequest { BucketName = place.Bucket, Key = place.Key, ContentType = contentType };
        (begin.ServerSideEncryptionMethod, begin.ServerSideEncryptionKeyManagementServiceKeyId) = SdkClient.Encryption(options);
        var upload = (await client.InitiateMultipartUploadAsync(begin, cancel).ConfigureAwait(false)).UploadId;
        try
        {
            var parts = await SendParts(place, upload, path, bytes, cancel).ConfigureAwait(false);
            var whole = new CompleteMultipartUploadRequest { BucketName = place.Bucket, Key = place.Key, UploadId = upload, PartETags = [.. parts.OrderBy(part => part.PartNumber)] };
            await client.CompleteMultipartUploadAsync(whole, cancel).ConfigureAwait(false);
            // The storage may answer 200 and fail while it still puts the parts together: the object itself is the proof.
            var made = await client.GetObjectMetadataAsync(place.Bucket, place.Key, cancel).ConfigureAwait(false);
            if (made.ContentLength != bytes) throw new IOException("The storage did not put the parts together.");
        }
        catch
        {
            await Abort(place, upload).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Drops the parts of uploads that began before a time and were never finished: they are invisible and cost money. Where the storage does not let us, it is left to its own rules.</summary>
    public async Task AbortStale(Buckets.Place area, DateTimeOffset before, CancellationToken cancel)
    {
        try
        {
            await AbortAllBefore(area, before, cancel).ConfigureAwait(false);
        }
        catch (AmazonS3Exception)
        {
        }
    }

    async Task AbortAllBefore(Buckets.Place area, DateTimeOffset before, CancellationToken cancel)
    {
        var page = new ListMultipartUploadsRequest { BucketName = area.Bucket, Prefix = area.Key };
        for (var more = true; more;)
        {
            var found = await client.ListMultipartUploadsAsync(page, cancel).ConfigureAwait(false);
            foreach (var upload in found.MultipartUploads.Where(upload => upload.Initiated.ToUniversalTime() < before.UtcDateTime))
                await Abort(area with { Key = upload.Key }, upload.UploadId).ConfigureAwait(false);
            (page.KeyMarker, page.UploadIdMarker, more) = (found.NextKeyMarker, found.NextUploadIdMarker, found.IsTruncated);
        }
    }

    async Task<IReadOnlyCollection<PartETag>> SendParts(Buckets.Place place, string upload, string path, long bytes, CancellationToken cancel)
    {
        var sent = new ConcurrentBag<PartETag>();
        var count = (int)((bytes + PartBytes - 1) / PartBytes);
        await Parallel.ForEachAsync(Enumerable.Range(1, count), new ParallelOptions { MaxDegreeOfParallelism = PartsAtOnce, CancellationToken = cancel }, async (number, stop) =>
        {
            var from = (number - 1) * PartBytes;
            var part = new UploadPartRequest
            {
                BucketName = place.Bucket,
                Key = place.Key,
                UploadId = upload,
                PartNumber = number,
                FilePath = path,
                FilePosition = from,
                PartSize = Math.Min(PartBytes, bytes - from),
                IsLastPart = number == count,
                CalculateContentMD5Header = true,
                DisableDefaultChecksumValidation = true,
                UseChunkEncoding = false,
                DisablePayloadSigning = SdkClient.IsTls(options),
            };
            sent.Add(new PartETag(number, (await client.UploadPartAsync(part, stop).ConfigureAwait(false)).ETag));
        }).ConfigureAwait(false);
        return sent;
    }

    // In a moment of its own, whatever became of the caller. Where it fails too, the next start drops the parts.
    async Task Abort(Buckets.Place place, string upload)
    {
        using var limit = new CancellationTokenSource(AbortTime, TimeProvider.System);
        try
        {
            await client.AbortMultipartUploadAsync(place.Bucket, place.Key, upload, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (Faults.IsAway(e))
        {
        }
    }
}
