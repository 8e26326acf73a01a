using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Dashboard.Develop;
using Revela.App.Recipes.Cutout;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Dashboard.Gallery;

/// <summary>POST /gallery/do: one order for all pictures that were chosen.</summary>
public sealed class GalleryOrders(IAssetStore assets, IObjectStore objects, PipelineCatalog pipelines, Developing developing, AuditLog audit, UploadOptions limits, TimeProvider time, RemoveImageBackground? cutouts = null)
{
    public const string Develop = "develop", Cutout = "cutout", Download = "download", Delete = "delete";

    /// <summary>Pipelines with a button of their own, as <c>gallery.run-{pipeline}</c> says, and its icon.</summary>
    public static readonly IReadOnlyList<(string Pipeline, string Icon)> Offered = [("cutout", "cutout"), ("upscale", "upscale")];

    /// <summary>Whether backgrounds are removed as the cutout recipe does it: ahead of other work, into a new image beside the old one, and whoever asked is told.</summary>
    public bool CutsOut => cutouts is not null;

    public static Task<IResult> Handle(HttpContext http, GalleryOrders orders, CancellationToken cancel) => orders.Take(http, cancel);

    async Task<IResult> Take(HttpContext http, CancellationToken cancel)
    {
        var form = http.Request.Form;
        var ids = Ids(form);
        var (order, named) = form["order"].ToString().Split(':') is [var first, .. var rest] ? (first, rest.FirstOrDefault()) : ("", null);
        if (order != Download && !http.Access().Allows(Scopes.Submit)) throw new RevelaException(ErrorCodes.Forbidden, "You may look at pictures here, and no more.");
        return order switch
        {
            Develop => Answers.Go(http, await developing.Begin(http, ids, pipelines.Get(named ?? form["pipeline"].ToString()), cancel), "develop.begun", $"{ids.Count}"),
            Cutout => await CutOut(http, ids, cancel),
            Download => await Send(http, ids, cancel),
            Delete => await Remove(http, ids, cancel),
            _ => throw Refusals.Invalid("'order' is develop, cutout, download or delete."),
        };
    }

    IReadOnlyList<Guid> Ids(IFormCollection form)
    {
        var ids = form["id"].Select(text => Guid.TryParse(text, out var id) ? id : throw Refusals.Invalid("'id' is not an id.")).Distinct().ToArray();
        if (ids.Length == 0) throw Refusals.Invalid("Choose pictures first.");
        return ids.Length <= limits.MaxFiles ? ids : throw Refusals.Invalid($"At most {limits.MaxFiles} pictures at once.");
    }

    async Task<IResult> CutOut(HttpContext http, IReadOnlyList<Guid> ids, CancellationToken cancel)
    {
        if (cutouts is null) throw Refusals.NotFound("recipe");
        foreach (var id in ids) await cutouts.Queue(id, http.Access(), cancel);
        return Answers.Go(http, Answers.Local(http.Request.Form["then"]), "gallery.cutout", $"{ids.Count}");
    }

    async Task<IResult> Send(HttpContext http, IReadOnlyList<Guid> ids, CancellationToken cancel)
    {
        if (ids is [var one]) return Answers.Go(http, Places.Picture(one) + "?download");
        await using var zip = await PictureZip.Begin(http, $"revela-{time.GetUtcNow():yyyy-MM-dd}", objects, cancel);
        foreach (var id in ids)
            if (await assets.Get(http.Tenant(), id, cancel) is { } asset) await zip.Add(asset, Picture.SaveName(asset, null), cancel);
        return TypedResults.Empty;
    }

    async Task<IResult> Remove(HttpContext http, IReadOnlyList<Guid> ids, CancellationToken cancel)
    {
        var gone = 0;
        foreach (var id in ids)
        {
            if (!await assets.Delete(http.Tenant(), id, cancel)) continue;
            await audit.Note(http, "asset.delete", id.ToString("D"));
            gone++;
        }
        return Answers.Go(http, Answers.Local(http.Request.Form["then"]), gone == ids.Count ? "gallery.deleted" : "gallery.deleted-some", $"{gone}");
    }
}
