using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Links;
using Revela.App.Uploads;

namespace Revela.App.Recipes.Catalog;

/// <summary>PUT /api/articulos/{id}: changes what it names. A new photo takes the place of the old one and of what was made of it.</summary>
public static class ChangeArticle
{
    [EndpointSummary("Change an article")]
    [Takes(typeof(ArticleForm), "multipart/form-data")]
    [Takes(typeof(ArticleBody), "application/json")]
    [Refuses(400, 404, 413, 415, 422, 503)]
    public static async Task<Ok<Answer<OneArticle>>> Handle(long id, HttpContext http, UploadReader uploads, Articles articles, CancellationToken cancel)
    {
        var article = await articles.Find(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("article");
        await using var upload = await uploads.Read(http, "imagen", cancel);
        var fields = ArticleFields.Read(upload, article.Metadata);
        var changed = await articles.Change(article, fields, upload.Received.SingleOrDefault()?.Id, cancel) ?? throw Refusals.NotFound("article");
        upload.Keep();
        return TypedResults.Ok(Answer<OneArticle>.Of(new OneArticle(Articles.View(changed, Linker.For(http))), "Artículo actualizado"));
    }
}
