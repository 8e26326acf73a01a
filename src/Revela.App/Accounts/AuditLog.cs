using Revela.Core.Accounts;

namespace Revela.App.Accounts;

/// <summary>Notes who did what. What a request did is noted before its answer is sent.</summary>
public sealed class AuditLog(IAuditStore store, TimeProvider time)
{
    const int MaxTarget = 200;

    public Task Note(Actor actor, string tenant, string action, string? target, string? address, CancellationToken cancel) =>
        store.Add(new AuditEntry(time.GetUtcNow(), tenant, actor, action, target is { Length: > MaxTarget } ? target[..MaxTarget] : target, address), cancel);

    // What was done is noted even if the client has hung up.
    public Task Note(HttpContext http, string action, string? target) =>
        Note(http.Access().Actor, http.Tenant(), action, target, AddressOf(http), CancellationToken.None);

    public static string? AddressOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString();
}

public static class Audits
{
    /// <summary>Has the audit log say under this name that somebody did what the route does, unless it refused.</summary>
    public static RouteHandlerBuilder NotedAs(this RouteHandlerBuilder route, string action) => route.AddEndpointFilter(async (context, next) =>
    {
        var answer = await next(context);
        var http = context.HttpContext;
        var target = http.Request.RouteValues.Values.FirstOrDefault()?.ToString();
        await http.RequestServices.GetRequiredService<AuditLog>().Note(http, action, target);
        return answer;
    });
}
