using Revela.App.Recipes.Catalog;
using Revela.Core.Items;
using Revela.Core.Jobs;

namespace Revela.App.Dashboard.Catalogue;

/// <summary>How an article stands on its way to a catalogue picture, in the order of that way.</summary>
public enum ArticleStanding
{
    /// <summary>It has no photo.</summary>
    Bare,

    /// <summary>It was never processed.</summary>
    New,
    Waiting,
    Running,

    /// <summary>It has a catalogue picture that nobody has looked at.</summary>
    Fresh,

    /// <summary>It has a catalogue picture that somebody keeps.</summary>
    Kept,

    /// <summary>It was processed, and shows its own photo.</summary>
    Own,
    Failed,
}

/// <summary>An article as the catalogue shows it.</summary>
/// <param name="Job">The run that is under way now; null while none is.</param>
public sealed record ArticleLine(Item Article, Job? Job)
{
    public long Number => Articles.NumberOf(Article);

    public string Name => Articles.Text(Article, "nombre");

    public int? Category => Articles.CategoryOf(Article);

    public bool IsActive => Articles.IsActive(Article);

    public string Address => $"{Places.Catalogue.Path}/{Number}";

    public ArticleStanding Standing => Article switch
    {
        { OriginalId: null } => ArticleStanding.Bare,
        { JobId: null } => ArticleStanding.New,
        { Outcome: null } => Job is null ? ArticleStanding.Waiting : ArticleStanding.Running,
        { Outcome.State: not JobState.Completed } => ArticleStanding.Failed,
        _ when Article.AssetId == Article.OriginalId => ArticleStanding.Own,
        _ => Articles.IsKept(Article) ? ArticleStanding.Kept : ArticleStanding.Fresh,
    };

    /// <summary>Whether it shows a picture that was made of its photo.</summary>
    public bool IsMade => Article.AssetId is not null && Article.AssetId != Article.OriginalId;
}

/// <summary>Reads the tenant's articles for pages.</summary>
public sealed class ArticleLines(Articles articles, IJobStore jobs)
{
    /// <summary>One runs at a time unless somebody widened the queue.</summary>
    const int MostRunning = 100;

    /// <summary>By number.</summary>
    public async Task<IReadOnlyList<ArticleLine>> All(string tenant, CancellationToken cancel)
    {
        var running = await Running(tenant, cancel);
        return [.. (await articles.All(tenant, cancel)).Select(article => new ArticleLine(article, running.GetValueOrDefault(article.Id)))];
    }

    public async Task<ArticleLine?> Find(string tenant, long number, CancellationToken cancel) =>
        await articles.Find(tenant, number, cancel) is { } article ? new ArticleLine(article, (await Running(tenant, cancel)).GetValueOrDefault(article.Id)) : null;

    async Task<Dictionary<Guid, Job>> Running(string tenant, CancellationToken cancel)
    {
        var page = await jobs.List(new JobQuery { Tenant = tenant, Queue = CatalogRecipe.Queue.Name, Pipeline = CatalogRecipe.PipelineName, States = [JobState.Processing], Limit = MostRunning }, cancel);
        return page.Items.Where(job => job.ItemId is not null).GroupBy(job => job.ItemId!.Value).ToDictionary(one => one.Key, one => one.First());
    }
}
