using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Links;

namespace Revela.App.Recipes.Catalog;

/// <summary>GET /api/articulos: all articles, or those of a category or state.</summary>
public static class ListArticles
{
    [EndpointSummary("List articles")]
    public static async Task<Ok<Answer<ArticleList>>> Handle(bool? activo, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "categoria_id")] int? category, HttpContext http, Articles articles, CancellationToken cancel)
    {
        var links = Linker.For(http);
        var found = (await articles.All(http.Tenant(), cancel))
            .Where(article => (activo is null || Articles.IsActive(article) == activo) && (category is null || Articles.CategoryOf(article) == category));
        return TypedResults.Ok(Answer<ArticleList>.Of(new ArticleList([.. found.Select(article => Articles.View(article, links))])));
    }
}
