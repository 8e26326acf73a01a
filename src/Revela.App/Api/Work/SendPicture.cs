using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Uploads;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;

namespace Revela.App.Api.Work;

/// <summary>PUT /api/v1/work/jobs/{id}/{lease}/pictures/{step}: what a group of steps has made.</summary>
public static class SendPicture
{
    const string Algorithm = "sha-256=:";

    [EndpointSummary("Upload what a group of steps made")]
    [EndpointDescription("The body is the picture itself. What it is, and how large, is told from its bytes; nothing of it is visible until the job is completed with the receipt. May be repeated.")]
    [ReadsHeader("Content-Digest", "`sha-256=:…:` with the base64 of the body's SHA-256 (RFC 9530).")]
    [Takes(typeof(Stream), "application/octet-stream")]
    [Refuses(400, 404, 409, 413, 415, 422, 503)]
    public static async Task<Ok<ReceiptView>> Handle(
        Guid id, long lease, int step, HttpContext http, HeldWork work, OutputIntake intake, Receipts receipts, UploadGate gate, ImageLimits limits, CancellationToken cancel)
    {
        var sha256 = Digest(http.Request);
        var held = await work.GetFor(StaleWrites.Picture, http, id, lease, cancel);
        var group = work.Group(held, step);
        using var place = gate.Enter();
        LimitedBody.Allow(http, limits.MaxOutputBytes);
        var image = await gate.Read(() => Receive(http, intake, held, group.Last, sha256, cancel), cancel);
        return TypedResults.Ok(new ReceiptView(
            receipts.Write(id, lease, step, image), image.ContentType, image.Bytes, image.Sha256, image.Width, image.Height, image.Frames));
    }

    static async Task<StoredImage> Receive(HttpContext http, OutputIntake intake, ClaimedJob held, int step, string sha256, CancellationToken cancel)
    {
        try
        {
            return await intake.Accept(held, step, http.Request.Body, sha256, cancel);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw Refusals.Invalid("The body ends too early.");
        }
    }

    // Lower-case hex.
    static string Digest(HttpRequest request)
    {
        var header = request.Headers["Content-Digest"].ToString();
        var isOurs = header.StartsWith(Algorithm, StringComparison.OrdinalIgnoreCase) && header.EndsWith(':') && header.Length <= 100;
        Span<byte> hash = stackalloc byte[64];
        var isWhole = isOurs && Convert.TryFromBase64String(header[Algorithm.Length..^1], hash, out var length) && length == 32;
        WorkBodies.Require(isWhole, "Send 'Content-Digest: sha-256=:<base64 of the body's hash>:'.");
        return Convert.ToHexStringLower(hash[..32]);
    }
}
