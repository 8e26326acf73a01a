using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Links;

namespace Revela.App.Recipes.Catalog;

/// <summary>GET /api/articulos/{id}.</summary>
public static class GetArticle
{
    [EndpointSummary("Read an article")]
    [Refuses(404)]
    public static async Task<Ok<Answer<OneArticle>>> Handle(long id, HttpContext http, Articles articles, CancellationToken cancel)
    {
        var article = await articles.Find(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("article");
        return TypedResults.Ok(Answer<OneArticle>.Of(new OneArticle(Articles.View(article, Linker.For(http)))));
    }
}
