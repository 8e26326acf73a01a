using Microsoft.AspNetCore.Mvc;
using Revela.Core;

namespace Revela.App.Api.Health;

/// <summary>GET /health/ready: store, objects and pixels work.</summary>
public static class CheckReady
{
    [EndpointSummary("Can work be taken and done?")]
    [EndpointDescription("Tries the store, the object storage and, in a decoding child, the image library. 503 when one of them does not work.")]
    [ProducesResponseType<Readiness>(200), ProducesResponseType<Readiness>(503)]
    public static async Task<IResult> Handle(ReadinessProbe probe, CancellationToken cancel)
    {
        var found = await probe.Check(cancel);
        return TypedResults.Json(found, RevelaJson.Options, statusCode: found.Status == "ok" ? 200 : 503);
    }
}
