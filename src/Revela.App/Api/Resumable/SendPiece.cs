using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Flow;
using Revela.Core.Jobs;

namespace Revela.App.Api.Resumable;

/// <summary>PATCH /api/v1/uploads/{id}: the next piece of an upload.</summary>
public static class SendPiece
{
    const string Override = "X-HTTP-Method-Override";

    [EndpointSummary("Send a piece of an upload")]
    [EndpointDescription("The piece begins where the upload ends so far, and may be the whole file. What arrives before a connection breaks is kept. "
        + "With the last byte the file is looked at like any other, and becomes the asset of this id.")]
    [Takes(typeof(Stream), Tus.ContentType)]
    [ReadsHeader("Tus-Resumable", "`1.0.0`.")]
    [ReadsHeader(Tus.Offset, "Where the piece begins.")]
    [ReadsHeader(Tus.Checksum, "`sha1`, `sha256` or `md5`, a space, and the piece's hash in Base64.")]
    [ProducesResponseType(204)]
    [Refuses(400, 404, 409, 412, 413, 415, 422, 460, 503)]
    public static async Task<IResult> Handle(Guid id, HttpContext http, ResumableUploads uploads, UploadGate gate, CancellationToken cancel)
    {
        if (http.Request.ContentType != Tus.ContentType) throw new RevelaException(ErrorCodes.UnsupportedMediaType, $"Send {Tus.ContentType}.");
        var offset = Tus.Number(http.Request, Tus.Offset) ?? throw Refusals.Invalid($"{Tus.Offset} is missing.");
        var check = Tus.ReadCheck(http.Request);
        var state = await uploads.Find(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("upload");
        if (offset != state.Offset)
        {
            Tus.Write(http.Response, state);
            throw Refusals.WrongState($"The upload is at {state.Offset}, not at {offset}.");
        }
        if (http.Request.ContentLength > state.Length - offset) throw new RevelaException(ErrorCodes.TooLarge, "The piece is longer than what is left of the upload.");
        LimitedBody.Allow(http, uploads.MaxBytes);
        using (gate.Enter())
            await gate.Read(async () => state = await uploads.Append(http.Tenant(), state, http.Request.Body, check, cancel), cancel);
        Tus.Write(http.Response, state);
        return TypedResults.NoContent();
    }

    /// <summary>For clients whose surroundings know POST alone, as the protocol asks.</summary>
    public static Task<IResult> Overridden(Guid id, HttpContext http, ResumableUploads uploads, UploadGate gate, CancellationToken cancel) => http.Request.Headers[Override].ToString() switch
    {
        "PATCH" => Handle(id, http, uploads, gate, cancel),
        "DELETE" => EndUpload.Handle(id, http, uploads, cancel),
        _ => throw new RevelaException(ErrorCodes.MethodNotAllowed, $"POST works here with {Override} PATCH or DELETE."),
    };
}
