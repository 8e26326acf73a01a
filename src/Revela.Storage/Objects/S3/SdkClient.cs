using Amazon.Runtime;
using Amazon.S3;

namespace Revela.Storage.Objects.S3;

/// <summary>Builds the SDK's client so that every S3 look-alike understands it and no request lasts for ever.</summary>
static class SdkClient
{
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    // Connections older than this are opened anew, so that a changed address is noticed.
    static readonly TimeSpan ConnectionAge = TimeSpan.FromMinutes(5);

    public static bool EnvironmentHasKeys =>
        HasVariable("AWS_ACCESS_KEY_ID") && HasVariable("AWS_SECRET_ACCESS_KEY");

    /// <param name="endpoint">The storage's own address, or the public one for a client that only signs links.</param>
    public static AmazonS3Client Create(S3Options options, string endpoint)
    {
        // Links are signed the old way for some regions unless told otherwise.
        Amazon.AWSConfigsS3.UseSignatureVersion4 = true;
        var config = new AmazonS3Config
        {
            ServiceURL = endpoint,
            AuthenticationRegion = options.Region,
            ForcePathStyle = options.PathStyle ?? !options.IsAmazon,
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = options.Retries,
            // Shared by all requests of this client: one slow image must not stop the retries of the others.
            ThrottleRetries = false,
            HttpClientFactory = new OneHttpClient(options.RequestTimeout),
            // Checksums that S3 alone knows are sent only where it insists.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            // Bodies and headers, keys among them, stay out of every log.
            DisableLogging = true,
        };
        return Credentials(options) is { } credentials ? new AmazonS3Client(credentials, config) : new AmazonS3Client(config);
    }

    /// <summary>Over TLS the body need not be read once more to be signed.</summary>
    public static bool IsTls(S3Options options) => S3Options.Address(options.Endpoint)?.Scheme == Uri.UriSchemeHttps;

    public static (ServerSideEncryptionMethod? Method, string? Key) Encryption(S3Options options) =>
        (options.Encryption is null ? null : ServerSideEncryptionMethod.FindValue(options.Encryption), options.EncryptionKey);

    static AWSCredentials? Credentials(S3Options options) =>
        options.AccessKey is not null ? new BasicAWSCredentials(options.AccessKey, options.SecretKey)
        : EnvironmentHasKeys ? new EnvironmentVariablesAWSCredentials()
        : null;

    static bool HasVariable(string name) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name));

    sealed class OneHttpClient(TimeSpan timeout) : HttpClientFactory
    {
        readonly HttpClient client = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = ConnectionAge,
            UseCookies = false,
        })
        { Timeout = timeout };

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => client;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
