using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Links;
using Revela.Core;
using Revela.Core.Flow;
using Revela.Core.Items;
using Revela.Core.Pipelines;

namespace Revela.App.Recipes.Catalog;

/// <summary>POST /api/articulos/{id}/revert-image: the photo that the article came with is shown again.</summary>
public sealed class RevertArticle(Articles articles, Submitter submitter, PipelineCatalog catalog)
{
    [EndpointSummary("Show an article's own photo again")]
    [EndpointDescription("Where catalogue pictures are published on Cloudinary, the photo takes the picture's place there too.")]
    [Refuses(404, 409)]
    public static async Task<Ok<Answer<OneArticle>>> Handle(long id, HttpContext http, RevertArticle door, CancellationToken cancel)
    {
        var changed = await door.Revert(http.Tenant(), id, cancel);
        return TypedResults.Ok(Answer<OneArticle>.Of(new OneArticle(Articles.View(changed, Linker.For(http))), "Imagen original restaurada"));
    }

    /// <exception cref="RevelaException"><c>not-found</c>; <c>wrong-state</c>: it came without a photo.</exception>
    public async Task<Item> Revert(string tenant, long id, CancellationToken cancel)
    {
        var article = await articles.Find(tenant, id, cancel) ?? throw Refusals.NotFound("article");
        if (await articles.PhotoOf(article, cancel) is not { } photo) throw Refusals.WrongState("The article has no photo.");
        if (catalog.Find(CatalogRecipe.PublishingName) is { } publishing)
            await submitter.Submit(
                new SubmitRequest { Tenant = tenant, Assets = [photo], Pipeline = publishing, Metadata = new JsonObject { [CatalogRecipe.NumberField] = id }, Fresh = true }, cancel);
        return await articles.Change(article, fields: null, photo.Id, cancel) ?? throw Refusals.NotFound("article");
    }
}
