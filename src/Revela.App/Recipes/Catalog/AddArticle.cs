using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Links;
using Revela.App.Uploads;
using Revela.Core;

namespace Revela.App.Recipes.Catalog;

/// <summary>POST /api/articulos: a new article, with its photo or without.</summary>
public static class AddArticle
{
    [EndpointSummary("Add an article")]
    [Takes(typeof(ArticleForm), "multipart/form-data")]
    [Takes(typeof(ArticleBody), "application/json")]
    [ProducesResponseType<Answer<OneArticle>>(201)]
    [Refuses(400, 409, 413, 415, 422, 503)]
    public static async Task<IResult> Handle(HttpContext http, UploadReader uploads, Articles articles, CancellationToken cancel)
    {
        await using var upload = await uploads.Read(http, "imagen", cancel);
        var fields = ArticleFields.Read(upload, known: null);
        var added = await articles.Add(http.Tenant(), ArticleFields.Number(upload.Fields), fields, upload.Received.SingleOrDefault(), cancel)
            ?? throw Refusals.WrongState("There is an article with this 'id' already.");
        upload.Keep();
        http.Response.Headers.Location = $"{Articles.Root}/{added.ExternalId}";
        return TypedResults.Json(Answer<OneArticle>.Of(new OneArticle(Articles.View(added, Linker.For(http))), "Artículo creado"), RevelaJson.Options, statusCode: 201);
    }
}
