using Microsoft.AspNetCore.Http.HttpResults;

namespace Revela.App.Api.Health;

/// <summary>State of the process.</summary>
public sealed record Live(string Status);

/// <summary>GET /health/live: the process answers.</summary>
public static class CheckLive
{
    static readonly Live Ok = new("ok");

    [EndpointSummary("Is the process alive?")]
    public static Ok<Live> Handle() => TypedResults.Ok(Ok);
}
