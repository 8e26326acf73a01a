using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api.Jobs;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Links;
using Revela.Core.Assets;

namespace Revela.App.Api.Assets;

/// <summary>GET /api/v1/assets: filters, search and pages.</summary>
public static class ListAssets
{
    const int MaxSearch = 200;

    [EndpointSummary("List assets")]
    [EndpointDescription("Newest first. `derived` tells originals from developed pictures; `pipeline` finds what it made, as long as its jobs are kept; `collection` finds the current pictures of its items; `label` of those that bear it, such as `bib:145`; `state` finds inputs of jobs in that state; `metadata` finds a text in the metadata of items and jobs; `colour` finds pictures, inspected or shown small before, of which a tenth or more is red, orange, yellow, green, blue, purple, pink, brown, white, grey or black, or whichever of these a `#rrggbb` is called; `search` finds file names; `next` of a page is the `cursor` of the next.")]
    [Refuses(400)]
    public static async Task<Ok<AssetPage>> Handle([AsParameters] Filters filters, HttpContext http, IAssetStore assets, CancellationToken cancel)
    {
        var links = Linker.For(http);
        var page = await assets.List(filters.ToQuery(http.Tenant()), cancel);
        return TypedResults.Ok(new AssetPage([.. page.Items.Select(asset => AssetView.Of(asset, links))], page.Next));
    }

    public sealed record Filters
    {
        [FromQuery(Name = "parent_id")] public Guid? ParentId { get; init; }
        [FromQuery(Name = "job_id")] public Guid? JobId { get; init; }
        [FromQuery(Name = "sha256")] public string? Sha256 { get; init; }
        [FromQuery(Name = "derived")] public bool? Derived { get; init; }
        [FromQuery(Name = "pipeline")] public string? Pipeline { get; init; }
        [FromQuery(Name = "collection")] public string? Collection { get; init; }
        [FromQuery(Name = "label")] public string? Label { get; init; }
        [FromQuery(Name = "state")] public string? State { get; init; }
        [FromQuery(Name = "metadata")] public string? Metadata { get; init; }
        [FromQuery(Name = "colour")] public string? Colour { get; init; }
        [FromQuery(Name = "search")] public string? Search { get; init; }
        [FromQuery(Name = "cursor")] public string? Cursor { get; init; }
        [FromQuery(Name = "limit")] public int? Limit { get; init; }

        public AssetQuery ToQuery(string tenant) => new()
        {
            Tenant = tenant,
            ParentId = ParentId,
            JobId = JobId,
            Sha256 = Sha256?.ToLowerInvariant(),
            Derived = Derived,
            Pipeline = Pipeline,
            Collection = Collection,
            Label = Label is not null && Collection is null ? throw Refusals.Invalid("'label' needs a 'collection'.") : Label,
            State = State is null ? null : JobStateNames.Parse([State])[0],
            Metadata = Metadata is { Length: > MaxSearch } ? throw Refusals.Invalid($"'metadata' may have at most {MaxSearch} characters.") : Metadata,
            Colour = Colour is null ? null : ColourWords.Read(Colour) ?? throw Refusals.Invalid($"'colour' must be #rrggbb or one of {string.Join(", ", ColourWords.All)}."),
            Search = Search is { Length: > MaxSearch } ? throw Refusals.Invalid($"'search' may have at most {MaxSearch} characters.") : Search,
            Cursor = Cursor,
            Limit = Refusals.PageSize(Limit),
        };
    }
}
