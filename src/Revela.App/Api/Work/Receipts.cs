using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Api.Work;

/// <summary>
/// The server's word on pictures that far workers have sent, signed, so that any server of the store can take it back from the worker
/// and nothing of it has to be remembered or believed.
/// </summary>
/// <remarks>A receipt is base64url of JSON, a dot, and base64url of its HMAC-SHA256.</remarks>
public sealed class Receipts(byte[] secret)
{
    const int LongestReceipt = 4096;

    public string Write(Guid jobId, long lease, int stepIndex, StoredImage image)
    {
        var statement = JsonSerializer.SerializeToUtf8Bytes(new Statement(jobId, lease, stepIndex, image), RevelaJson.Options);
        return $"{Base64Url.EncodeToString(statement)}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, statement))}";
    }

    /// <exception cref="RevelaException"><c>invalid-request</c>: it is none of ours, or one for another job, lease or step.</exception>
    public StoredImage Read(string receipt, Guid jobId, long lease, int stepIndex)
    {
        var statement = Open(receipt);
        return statement is { } said && (said.JobId, said.Lease, said.StepIndex) == (jobId, lease, stepIndex)
            ? said.Image
            : throw Refusals.Invalid($"The receipt for step {stepIndex} is not one that was given for it.");
    }

    Statement? Open(string receipt)
    {
        var dot = receipt.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || receipt.Length > LongestReceipt) return null;
        Span<byte> statement = stackalloc byte[LongestReceipt];
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (Base64Url.DecodeFromChars(receipt.AsSpan(0, dot), statement, out _, out var length) != OperationStatus.Done) return null;
        if (Base64Url.DecodeFromChars(receipt.AsSpan(dot + 1), mac, out _, out var macLength) != OperationStatus.Done) return null;
        if (!CryptographicOperations.FixedTimeEquals(mac[..macLength], HMACSHA256.HashData(secret, statement[..length]))) return null;
        return JsonSerializer.Deserialize<Statement>(statement[..length], RevelaJson.Options);
    }

    sealed record Statement(Guid JobId, long Lease, int StepIndex, StoredImage Image);
}
