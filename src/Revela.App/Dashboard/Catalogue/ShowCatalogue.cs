using Revela.App.Accounts;
using Revela.App.Dashboard.Develop;
using Revela.App.Recipes.Catalog;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Dashboard.Catalogue;

/// <summary>GET /catalogue: the shop's articles, how each stands, and what processing them takes.</summary>
public sealed class ShowCatalogue(ArticleLines lines, Quotes quotes, PipelineCatalog pipelines, IJobStore jobs)
{
    const int PageSize = 120;

    public static Task<IResult> Handle(HttpContext http, ShowCatalogue page, CancellationToken cancel) => page.Show(http, cancel);

    async Task<IResult> Show(HttpContext http, CancellationToken cancel)
    {
        var (access, choice) = (http.Access(), CatalogueChoice.Of(http.Request));
        var pipeline = pipelines.Get(CatalogRecipe.PipelineName);
        var all = await lines.All(access.Tenant, cancel);
        var held = all.Where(choice.Holds).ToArray();
        return Page.Of<CatalogueScreen, CatalogueContents>(new CatalogueContents
        {
            Choice = choice,
            Lines = [.. held.Skip(choice.From).Take(PageSize)],
            Count = held.Length,
            IsLast = choice.From + PageSize >= held.Length,
            Categories = [.. all.Select(line => line.Category).OfType<int>().Distinct().Order()],
            Standings = all.CountBy(line => line.Standing).ToDictionary(),
            Stats = access.IsOfTheHouse ? await Stats(cancel) : null,
            Running = all.FirstOrDefault(line => line.Job is not null),
            Quote = await quotes.Of(access, pipeline, cancel),
            Missing = quotes.Services(pipeline).FirstOrDefault(engine => engine.Operation == "restyle")?.Missing,
        });
    }

    async Task<ProcessingStats?> Stats(CancellationToken cancel) =>
        (await jobs.Ledger(cancel)).FirstOrDefault(line => line.Queue == CatalogRecipe.Queue.Name) is { } line ? ProcessingStats.Of(line) : null;
}

public sealed record CatalogueContents
{
    public required CatalogueChoice Choice { get; init; }

    /// <summary>A page of those that are chosen.</summary>
    public required IReadOnlyList<ArticleLine> Lines { get; init; }

    /// <summary>How many are chosen.</summary>
    public required int Count { get; init; }
    public required bool IsLast { get; init; }
    public required IReadOnlyList<int> Categories { get; init; }

    /// <summary>How many articles stand how, whatever is chosen.</summary>
    public required IReadOnlyDictionary<ArticleStanding, int> Standings { get; init; }

    /// <summary>Of the queue; null for whoever is of another tenant, and before its first run.</summary>
    public required ProcessingStats? Stats { get; init; }

    /// <summary>The article that is being painted; null when none is.</summary>
    public required ArticleLine? Running { get; init; }
    public required Quote Quote { get; init; }

    /// <summary>Why the service that paints cannot be asked as things are set up; null when it can.</summary>
    public required string? Missing { get; init; }

    public int Of(ArticleStanding standing) => Standings.GetValueOrDefault(standing);

    public int Total => Standings.Values.Sum();
}
