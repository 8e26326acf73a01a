using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Recipes.RacePhotos;

/// <summary>PUT /photos/roster: the numbers that were given out, as CSV.</summary>
public static class PutRoster
{
    [EndpointSummary("Set the roster")]
    [EndpointDescription("CSV with the columns `bib` and `name`, or without headings in that order. Photos that come from now on are read with it: a number that is not on it is never asserted.")]
    [Takes(typeof(string), "text/csv")]
    [Refuses(400, 413)]
    public static async Task<Ok<RosterView>> Handle(HttpContext http, RosterBook rosters, CancellationToken cancel)
    {
        LimitedBody.Allow(http, RosterFile.MaxBytes);
        await rosters.Put(http.Tenant(), RosterFile.Read(await ReadText(http.Request, cancel)), cancel);
        return TypedResults.Ok(RosterView.Of(await rosters.Of(http.Tenant(), cancel)));
    }

    static async Task<string> ReadText(HttpRequest request, CancellationToken cancel)
    {
        using var reader = new StreamReader(request.Body, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true);
        try
        {
            return await reader.ReadToEndAsync(cancel);
        }
        catch (DecoderFallbackException)
        {
            throw new RevelaException(ErrorCodes.InvalidRequest, "The roster must be UTF-8.");
        }
    }
}

/// <summary>GET /photos/roster.</summary>
public static class GetRoster
{
    [EndpointSummary("Read the roster")]
    public static async Task<Ok<RosterView>> Handle(HttpContext http, RosterBook rosters, CancellationToken cancel) =>
        TypedResults.Ok(RosterView.Of(await rosters.Of(http.Tenant(), cancel)));
}

/// <summary>DELETE /photos/roster: from now on any number may be asserted.</summary>
public static class DeleteRoster
{
    [EndpointSummary("Remove the roster")]
    public static async Task<NoContent> Handle(HttpContext http, RosterBook rosters, CancellationToken cancel)
    {
        await rosters.Delete(http.Tenant(), cancel);
        return TypedResults.NoContent();
    }
}

/// <summary>Who runs with which number.</summary>
public sealed record RosterView(int Count, IReadOnlyList<Runner> Runners)
{
    public static RosterView Of(Roster roster) => new(
        roster.Names.Count,
        [.. roster.Names.OrderBy(runner => runner.Key.Length).ThenBy(runner => runner.Key, StringComparer.Ordinal).Select(runner => new Runner(runner.Key, runner.Value))]);
}

public sealed record Runner(string Bib, string Name);
