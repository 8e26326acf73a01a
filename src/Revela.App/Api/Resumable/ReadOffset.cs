using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.Core.Flow;

namespace Revela.App.Api.Resumable;

/// <summary>HEAD /api/v1/uploads/{id}: how far an upload has come.</summary>
public static class ReadOffset
{
    [EndpointSummary("Read how far an upload is")]
    [ReadsHeader("Tus-Resumable", "`1.0.0`.")]
    [ProducesResponseType(200)]
    [Refuses(404, 412, 413, 415, 422, 503)]
    public static async Task<IResult> Handle(Guid id, HttpContext http, ResumableUploads uploads, CancellationToken cancel)
    {
        var state = await uploads.Find(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("upload");
        Tus.Write(http.Response, state);
        http.Response.Headers[Tus.Length] = state.Length.ToString(CultureInfo.InvariantCulture);
        if (state.Metadata is { } metadata) http.Response.Headers[Tus.Metadata] = metadata;
        return TypedResults.Ok();
    }
}
