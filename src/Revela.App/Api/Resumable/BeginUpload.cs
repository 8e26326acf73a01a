using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Links;
using Revela.Core.Flow;

namespace Revela.App.Api.Resumable;

/// <summary>POST /api/v1/uploads: begins an upload that may come in pieces.</summary>
public static class BeginUpload
{
    [EndpointSummary("Begin a resumable upload")]
    [EndpointDescription("By tus 1.0.0, so that any tus client works. `Location` is where the pieces go; its id is that of the asset, once all bytes are there.")]
    [ReadsHeader("Tus-Resumable", "`1.0.0`.")]
    [ReadsHeader(Tus.Length, "Bytes of the whole file.")]
    [ReadsHeader(Tus.Metadata, "Pairs of a key and a value in Base64; `filename` names the asset.")]
    [ProducesResponseType(201)]
    [Refuses(400, 412, 413, 422, 503)]
    public static async Task<IResult> Handle(HttpContext http, ResumableUploads uploads, CancellationToken cancel)
    {
        var length = Tus.Number(http.Request, Tus.Length) ?? throw Refusals.Invalid($"{Tus.Length} is missing: the length must be known before.");
        var (name, metadata) = Tus.ReadMetadata(http.Request);
        var begun = await uploads.Begin(http.Tenant(), length, name, metadata, cancel);
        Tus.Write(http.Response, begun);
        return TypedResults.Created(Linker.For(http).ResumableUpload(begun.Id));
    }
}
