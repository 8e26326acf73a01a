using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.Core.Assets;

namespace Revela.App.Api.Assets;

/// <summary>DELETE /api/v1/assets/{id}.</summary>
public static class DeleteAsset
{
    [EndpointSummary("Delete an asset")]
    [EndpointDescription("Row and bytes; refused while a job that has not ended reads it.")]
    [Refuses(404, 409)]
    public static async Task<NoContent> Handle(Guid id, HttpContext http, IAssetStore assets, CancellationToken cancel)
    {
        if (await assets.Delete(http.Tenant(), id, cancel)) return TypedResults.NoContent();
        if (await assets.Get(http.Tenant(), id, cancel) is null) throw Refusals.NotFound("asset");
        throw Refusals.WrongState("A job that has not ended reads this asset.");
    }
}
