using System.Net;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Revela.Providers.Line;

namespace Revela.Providers.S3;

/// <summary>Puts pictures into a bucket. A repeat writes the same bytes under the same key.</summary>
public sealed class BucketClient(IHttpClientFactory clients, BucketOptions options)
{
    public const string Engine = "bucket";

    /// <summary>Null when address, bucket and keys are there.</summary>
    public string? Missing => options.Endpoint is not null && options.Name is not null && options.Key is not null && options.ReadSecret() is not null
        ? null
        : "bucket is not set up here: put the storage's address, the bucket and its keys into bucket.endpoint, bucket.name, bucket.key and bucket.secret (REVELA_BUCKET_SECRET), or name a file with the secret in bucket.secret_file.";

    /// <param name="key">Within the folder of the settings, with its extension.</param>
    public async Task<ServiceAnswer> Put(ServiceCall call, string key, bool overwrite, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var whole = options.Folder is { } folder ? $"{folder}/{key}" : key;
        var request = new PutObjectRequest { BucketName = options.Name, Key = whole, FilePath = call.PicturePath, ContentType = call.ContentType };
        if (options.CacheControl is { } cache) request.Headers.CacheControl = cache;
        return await Ask(async s3 =>
        {
            if (!overwrite && await IsThere(s3, whole)) return new ServiceAnswer.Picture(call.PicturePath, Engine, Notes(whole));
            await s3.PutObjectAsync(request, CancellationToken.None);
            return new ServiceAnswer.Picture(call.PicturePath, Engine, Notes(whole));
        });
    }

    /// <summary>Whether the bucket is there for these keys; writes nothing.</summary>
    public Task<ServiceAnswer> Probe() => Ask(async s3 =>
    {
        await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = options.Name, MaxKeys = 1 });
        return new ServiceAnswer.Empty($"the bucket {options.Name} is there");
    });

    async Task<bool> IsThere(AmazonS3Client s3, string key)
    {
        try
        {
            await s3.GetObjectMetadataAsync(options.Name, key);
            return true;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    JsonObject Notes(string key)
    {
        var start = options.PublicUrl?.TrimEnd('/') ?? $"{options.Endpoint!.TrimEnd('/')}/{options.Name}";
        return new JsonObject { ["url"] = $"{start}/{string.Join('/', key.Split('/').Select(Uri.EscapeDataString))}", ["key"] = key };
    }

    async Task<ServiceAnswer> Ask(Func<AmazonS3Client, Task<ServiceAnswer>> ask)
    {
        using var s3 = Client();
        try
        {
            return await ask(s3);
        }
        catch (AmazonS3Exception e)
        {
            var reason = Replies.Plain(e.Message, options.ReadSecret());
            return (int)e.StatusCode switch
            {
                401 or 403 => new ServiceAnswer.Misconfigured("bucket.secret", $"the storage does not take the keys, or they may not write there ({reason})."),
                404 => new ServiceAnswer.Misconfigured("bucket.name", $"there is no such bucket ({reason})."),
                429 => new ServiceAnswer.RateLimited(null),
                0 or 408 or >= 500 => new ServiceAnswer.Away($"the storage failed ({reason})."),
                var status => new ServiceAnswer.Unfit($"the storage does not take the picture ({status}: {reason})."),
            };
        }
        catch (Exception e) when (e is AmazonClientException or HttpRequestException or OperationCanceledException)
        {
            return new ServiceAnswer.Away("the storage cannot be reached.");
        }
    }

    AmazonS3Client Client() => new(new BasicAWSCredentials(options.Key, options.ReadSecret()), new AmazonS3Config
    {
        ServiceURL = options.Endpoint,
        AuthenticationRegion = options.Region,
        ForcePathStyle = true,
        MaxErrorRetry = 2,
        HttpClientFactory = new Clients(clients, options.Timeout),
        // Checksums that S3 alone knows are sent only where it insists.
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        // Headers, keys among them, stay out of every log.
        DisableLogging = true,
    });

    sealed class Clients(IHttpClientFactory clients, TimeSpan timeout) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig)
        {
            var client = clients.CreateClient(Engine);
            client.Timeout = timeout;
            return client;
        }

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => true;
    }
}
