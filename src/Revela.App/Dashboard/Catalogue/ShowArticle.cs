using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Dashboard.Develop;
using Revela.App.Recipes.Catalog;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Dashboard.Catalogue;

/// <summary>GET /catalogue/{number}: one article, before and after; GET /catalogue/review: one fresh picture after the other, to be kept or not.</summary>
public sealed class ShowArticle(ArticleLines lines, Quotes quotes, PipelineCatalog pipelines, IAssetStore assets, IJobStore jobs)
{
    const int MostRuns = 20;

    public static Task<IResult> One(long number, HttpContext http, ShowArticle page, CancellationToken cancel) => page.Show(number, http.Access(), cancel);

    /// <param name="after">Articles up to this number were passed over.</param>
    public static Task<IResult> Next(long? after, HttpContext http, ShowArticle page, CancellationToken cancel) => page.ShowNext(after ?? 0, http.Tenant(), cancel);

    async Task<IResult> Show(long number, Access access, CancellationToken cancel)
    {
        var line = await lines.Find(access.Tenant, number, cancel) ?? throw Refusals.NotFound("article");
        var (before, after) = await Pictures(line, cancel);
        var runs = line.Article.OriginalId is { } photo
            ? (await jobs.List(new JobQuery { Tenant = access.Tenant, AssetId = photo, Pipeline = CatalogRecipe.PipelineName, Limit = MostRuns }, cancel)).Items
            : [];
        return Page.Of<ArticleScreen, ArticleContents>(new ArticleContents(line, before, after, runs, await quotes.Of(access, pipelines.Get(CatalogRecipe.PipelineName), cancel)), _ => line.Name);
    }

    async Task<IResult> ShowNext(long passed, string tenant, CancellationToken cancel)
    {
        var fresh = (await lines.All(tenant, cancel)).Where(line => line.Standing == ArticleStanding.Fresh).ToArray();
        var line = fresh.FirstOrDefault(line => line.Number > passed);
        var (before, after) = line is null ? (null, null) : await Pictures(line, cancel);
        return Page.Of<ArticleReviewScreen, ArticleReviewContents>(new ArticleReviewContents(line, before, after, fresh.Length, passed), visit => visit.Say("catalogue.review"));
    }

    // An article that shows its own photo has nothing to be compared.
    async Task<(Asset? Before, Asset? After)> Pictures(ArticleLine line, CancellationToken cancel)
    {
        var (tenant, photo, shown) = (line.Article.Tenant, line.Article.OriginalId, line.Article.AssetId);
        var after = shown is { } picture ? await assets.Get(tenant, picture, cancel) : null;
        return (line.IsMade && photo is { } original ? await assets.Get(tenant, original, cancel) : null, after);
    }
}

/// <param name="Before">Its own photo, where it shows another picture.</param>
/// <param name="After">What it shows; null without a photo.</param>
/// <param name="Runs">Newest first.</param>
public sealed record ArticleContents(ArticleLine Line, Asset? Before, Asset? After, IReadOnlyList<Job> Runs, Quote Quote);

/// <param name="Line">Null when none is left behind the number.</param>
/// <param name="Count">How many have a picture that nobody has looked at.</param>
/// <param name="Passed">Articles up to this number were passed over.</param>
public sealed record ArticleReviewContents(ArticleLine? Line, Asset? Before, Asset? After, int Count, long Passed);
