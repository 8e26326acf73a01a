using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Uploads;
using Revela.Core.Assets;
using Revela.Core.Flow;

namespace Revela.App.Api.Assets;

/// <summary>PUT /api/v1/assets/uploads/{id}: the bytes of an announced upload, where the storage takes none by itself.</summary>
public static class ReceiveUpload
{
    [EndpointSummary("Send an announced upload")]
    [EndpointDescription("By the link that the announcement answered with. Sending again replaces what was sent, until it is finished.")]
    [Takes(typeof(Stream), "application/octet-stream")]
    [Refuses(400, 404, 409, 413, 422, 503)]
    public static async Task<NoContent> Handle(
        Guid id, HttpContext http, DirectUploads direct, IAssetStore assets, ImageLimits limits, UploadGate gate, CancellationToken cancel)
    {
        if (!direct.IsOpen(id)) throw Refusals.NotFound("upload");
        if (await assets.Get(http.Tenant(), id, cancel) is not null) throw Refusals.WrongState("This upload is finished.");
        LimitedBody.Allow(http, limits.MaxBytes);
        using var place = gate.Enter();
        await gate.Read(() => direct.Receive(http.Tenant(), id, http.Request.Body, cancel), cancel);
        return TypedResults.NoContent();
    }
}
