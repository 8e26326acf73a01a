using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Jobs;

namespace Revela.App.Api.Upkeep;

/// <summary>GET /api/v1/quarantine: inputs that are refused.</summary>
public static class ListQuarantine
{
    /// <summary>Told at one go.</summary>
    public const int Most = 500;

    [EndpointSummary("List quarantined inputs")]
    [EndpointDescription("Inputs whose decoding crashed twice, newest first, 500 at most: they are refused by the hash of their bytes until they are released.")]
    [Refuses]
    public static async Task<Ok<QuarantineList>> Handle(HttpContext http, IJobStore jobs, CancellationToken cancel) =>
        TypedResults.Ok(new QuarantineList([.. (await jobs.ListQuarantine(http.Tenant(), Most, cancel)).Select(QuarantineView.Of)]));
}
