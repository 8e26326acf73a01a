using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.Core.Jobs;

namespace Revela.App.Recipes.Catalog;

/// <summary>DELETE /api/articulos/processing-queue/clean: runs that ended some days ago. Articles keep their pictures.</summary>
public static class CleanProcessed
{
    const int Slice = 500;
    const int MostDays = 36_500;

    [EndpointSummary("Delete old runs of the catalogue's queue")]
    [Refuses(400)]
    public static async Task<Ok<Answer<Cleaned>>> Handle(int? dias, HttpContext http, IJobStore jobs, TimeProvider time, CancellationToken cancel)
    {
        var days = dias ?? 7;
        if (days is < 0 or > MostDays) throw Refusals.Invalid($"'dias' must be 0 to {MostDays}.");
        var request = new PruneRequest(CatalogRecipe.Queue.Name, time.GetUtcNow() - TimeSpan.FromDays(days), Tenant: http.Tenant());
        // In slices, so that no single transaction holds up submitting and claiming.
        var count = 0;
        for (int went; (went = await jobs.Prune(request, Slice, cancel)) > 0;) count += went;
        return TypedResults.Ok(Answer<Cleaned>.Of(new Cleaned(count), $"{count} registro(s) eliminado(s)"));
    }
}

public sealed record Cleaned(int Eliminados);
