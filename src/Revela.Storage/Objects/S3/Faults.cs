using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.Storage.Objects.S3;

/// <summary>Turns what the SDK and the network throw into what the spine knows: the storage is away (law 7), and why in words.</summary>
static class Faults
{
    /// <exception cref="OutageException">Whatever went wrong, unless the caller cancelled.</exception>
    public static async Task<T> Guard<T>(Func<Task<T>> action, CancellationToken cancel)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
        catch (Exception fault) when (IsAway(fault))
        {
            throw new OutageException(ErrorCodes.StorageUnavailable, Explain(fault), fault) { IsRefusal = IsRefusal(fault) };
        }
    }

    /// <summary>The object is absent. A bucket that is absent is a fault of the storage, for which no image may pay.</summary>
    public static bool IsMissing(AmazonS3Exception fault) =>
        fault.StatusCode == HttpStatusCode.NotFound && fault.ErrorCode is not "NoSuchBucket";

    public static bool IsMissingBucket(AmazonS3Exception fault) => fault.ErrorCode is "NoSuchBucket";

    // A time limit of ours or of the connection arrives as a cancellation that nobody asked for.
    public static bool IsAway(Exception fault) =>
        fault is AmazonServiceException or AmazonClientException or HttpRequestException or SocketException or IOException or UnauthorizedAccessException or TimeoutException or OperationCanceledException
            or WebException;

    static bool IsRefusal(Exception fault) =>
        fault is AmazonServiceException { StatusCode: HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.Conflict or HttpStatusCode.MovedPermanently };

    static string Explain(Exception fault) => fault switch
    {
        AmazonServiceException { StatusCode: not 0 } answer => Explain(answer),
        OperationCanceledException or TimeoutException or { InnerException: OperationCanceledException or TimeoutException } => "The object storage does not answer in time.",
        _ => "The object storage cannot be reached.",
    };

    static string Explain(AmazonServiceException answer) => answer.ErrorCode switch
    {
        "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidSecurity" or "ExpiredToken" or "InvalidToken" =>
            "The object storage refuses the access key or its secret: check s3.access_key and s3.secret_key.",
        "AuthorizationHeaderMalformed" or "PermanentRedirect" =>
            "The object storage expects another region: check s3.region and s3.endpoint.",
        "RequestTimeTooSkewed" =>
            "The clock of this machine and that of the object storage differ by more than 15 minutes.",
        "NoSuchBucket" =>
            "A bucket is missing from the object storage; a start of the server makes it anew.",
        "BucketAlreadyExists" =>
            "A bucket of that name belongs to somebody else: choose other names in s3.originals_bucket and s3.processed_bucket.",
        _ when answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized =>
            "The object storage does not let this access key do what is needed: make buckets, read, write, list and delete.",
        _ => $"The object storage answered {(int)answer.StatusCode} {answer.ErrorCode}".TrimEnd() + ".",
    };
}
