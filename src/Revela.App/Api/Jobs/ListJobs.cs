using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Links;
using Revela.Core.Jobs;

namespace Revela.App.Api.Jobs;

/// <summary>GET /api/v1/jobs: filters, search and pages.</summary>
public static class ListJobs
{
    const int MaxSearch = 200;

    [EndpointSummary("List jobs")]
    [EndpointDescription("Newest first. `state` takes several with commas between them; `search` finds id, file name, metadata and error text; `next` of a page is the `cursor` of the next.")]
    [Refuses(400)]
    public static async Task<Ok<JobPage>> Handle([AsParameters] Filters filters, HttpContext http, IJobStore jobs, CancellationToken cancel)
    {
        var links = Linker.For(http);
        var page = await jobs.List(filters.ToQuery(http.Tenant()), cancel);
        return TypedResults.Ok(new JobPage([.. page.Items.Select(job => JobView.Of(job, links))], page.Next));
    }

    public sealed record Filters
    {
        [FromQuery(Name = "state")] public string? State { get; init; }
        [FromQuery(Name = "queue")] public string? Queue { get; init; }
        [FromQuery(Name = "pipeline")] public string? Pipeline { get; init; }
        [FromQuery(Name = "batch_id")] public Guid? BatchId { get; init; }
        [FromQuery(Name = "asset_id")] public Guid? AssetId { get; init; }
        [FromQuery(Name = "tag")] public string? Tag { get; init; }
        [FromQuery(Name = "parked")] public bool? Parked { get; init; }
        [FromQuery(Name = "delayed")] public bool? Delayed { get; init; }
        [FromQuery(Name = "search")] public string? Search { get; init; }
        [FromQuery(Name = "cursor")] public string? Cursor { get; init; }
        [FromQuery(Name = "limit")] public int? Limit { get; init; }

        public JobQuery ToQuery(string tenant) => new()
        {
            Tenant = tenant,
            States = JobStateNames.Parse(State),
            Queue = Queue,
            Pipeline = Pipeline,
            BatchId = BatchId,
            AssetId = AssetId,
            Tag = Tag,
            Parked = Parked,
            Delayed = Delayed,
            Search = Search is { Length: > MaxSearch } ? throw Refusals.Invalid($"'search' may have at most {MaxSearch} characters.") : Search,
            Cursor = Cursor,
            Limit = Refusals.PageSize(Limit),
        };
    }
}

/// <summary>Reads the names of job states as clients spell them.</summary>
public static class JobStateNames
{
    static readonly Dictionary<string, JobState> ByName =
        Enum.GetValues<JobState>().ToDictionary(state => JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString()));

    /// <summary>Names with commas between them; null for none.</summary>
    public static IReadOnlyList<JobState>? Parse(string? names) =>
        string.IsNullOrEmpty(names) ? null : Parse(names.Split(',', StringSplitOptions.TrimEntries));

    public static IReadOnlyList<JobState> Parse(IEnumerable<string> names) =>
        [.. names.Select(name => ByName.TryGetValue(name, out var state) ? state : throw Refusals.Invalid($"A state is one of {string.Join(", ", ByName.Keys)}."))];
}
