using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.Core.Flow;

namespace Revela.App.Api.Resumable;

/// <summary>DELETE /api/v1/uploads/{id}: gives an upload up, with its bytes.</summary>
public static class EndUpload
{
    [EndpointSummary("Give an upload up")]
    [EndpointDescription("What has all its bytes is an asset, and is deleted as one.")]
    [ReadsHeader("Tus-Resumable", "`1.0.0`.")]
    [ProducesResponseType(204)]
    [Refuses(404, 412)]
    public static async Task<IResult> Handle(Guid id, HttpContext http, ResumableUploads uploads, CancellationToken cancel) =>
        await uploads.End(http.Tenant(), id, cancel) ? TypedResults.NoContent() : throw Refusals.NotFound("upload");
}
