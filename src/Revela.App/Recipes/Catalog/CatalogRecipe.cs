using System.Text.Json.Nodes;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Notifications;
using Revela.Core.Accounts;
using Revela.Core.Pipelines;
using Revela.Core.Queues;

namespace Revela.App.Recipes.Catalog;

/// <summary>The catalogue recipe: a shop's articles, whose photos are painted anew in bulk, overnight, into catalogue pictures.</summary>
public static class CatalogRecipe
{
    public const string PipelineName = "catalog";

    /// <summary>One article at a time in the whole fleet, with two seconds between them.</summary>
    public static Queue Queue { get; } = new() { Name = PipelineName, GlobalLimit = 1, MinGap = TimeSpan.FromSeconds(2) };

    static readonly ErrorShape Errors = new(error =>
        new Refusal(false, Words.Find(Words.Spanish, $"catalog.{error.Code}") ?? Words.Reason(Words.Spanish, error.Code), error.Code, error.Message));

    /// <summary>The catalogue in which a painted picture goes to Cloudinary, where that is set up, before it takes the old one's place on the article; there too it takes the old one's place.</summary>
    public static PipelineCatalog Extend(PipelineCatalog catalog, IOperations operations, RevelaOptions options)
    {
        if (!options.Catalog.Enabled || !options.Cloudinary.IsOn) return catalog;
        var plain = catalog.Get(PipelineName);
        if (plain.Steps.Any(step => step.Op == "publish")) return catalog;
        var publish = new Step("publish", new JsonObject { ["to"] = "articulos/{articulo_id}" }, "cloudinary");
        var mistakes = new List<string>();
        var published = PipelineRules.Check(plain with { Steps = [.. plain.Steps, publish] }, operations, mistakes) ?? throw new OptionsException(mistakes);
        return new PipelineCatalog([.. catalog.All, published]);
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        var auth = app.MapGroup("/api/auth").WithTags("catalog").WithMetadata(Errors);
        auth.MapPost("/login", Login.Handle).IsOpen();

        var articles = app.MapGroup(Articles.Root).WithTags("catalog").WithMetadata(Errors);
        articles.MapGet("/", ListArticles.Handle).Needs(Scopes.Read);
        articles.MapPost("/", AddArticle.Handle).Needs(Scopes.Submit);
        articles.MapGet("/{id:long}", GetArticle.Handle).Needs(Scopes.Read);
        articles.MapPut("/{id:long}", ChangeArticle.Handle).Needs(Scopes.Submit);
        articles.MapPost("/{id:long}/revert-image", RevertArticle.Handle).Needs(Scopes.Submit);
        articles.MapPost("/import", ImportArticles.Handle).Needs(Scopes.Submit);
        articles.MapPost("/batch-process-images", ProcessArticles.Handle).Needs(Scopes.Submit);

        var queue = articles.MapGroup("/processing-queue");
        queue.MapGet("/status", GetProcessingStatus.Handle).Needs(Scopes.Read).OfTheHouse();
        queue.MapGet("/history", ListProcessed.Handle).Needs(Scopes.Read);
        queue.MapGet("/{id:long}", GetProcessed.Handle).Needs(Scopes.Read);
        queue.MapPost("/{id:long}/retry", RetryProcessed.Handle).Needs(Scopes.Submit).NotedAs("catalog.retry");
        queue.MapDelete("/clean", CleanProcessed.Handle).Needs(Scopes.Operate).NotedAs("catalog.clean");
    }

    /// <summary>An error as this recipe's clients read it.</summary>
    /// <param name="Message">For a person, in Spanish.</param>
    /// <param name="Detail">The engine's own words.</param>
    sealed record Refusal(bool Success, string Message, string Code, string Detail);
}

/// <summary>What every answer of this recipe looks like.</summary>
public sealed record Answer<T>(bool Success, string? Message, T Data)
{
    public static Answer<T> Of(T data, string? message = null) => new(true, message, data);
}
