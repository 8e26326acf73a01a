using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.Core.Jobs;

namespace Revela.App.Api.Upkeep;

/// <summary>DELETE /api/v1/quarantine/{sha256}: lets an input be tried again.</summary>
public static class ReleaseQuarantine
{
    [EndpointSummary("Let a quarantined input be tried again")]
    [EndpointDescription("An input whose decoding crashed twice is refused by the hash of its bytes until it is released here.")]
    [Refuses(404)]
    public static async Task<NoContent> Handle(string sha256, HttpContext http, IJobStore jobs, CancellationToken cancel) =>
        await jobs.ReleaseQuarantine(http.Tenant(), sha256.ToLowerInvariant(), cancel) ? TypedResults.NoContent() : throw Refusals.NotFound("quarantined input");
}
