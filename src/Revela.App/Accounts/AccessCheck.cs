using System.Net;
using Microsoft.Extensions.Primitives;
using Revela.App.Links;
using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Jobs;

namespace Revela.App.Accounts;

/// <summary>Lets a request through its route's lock, by key, by signed link or from this machine, or refuses it.</summary>
public sealed class AccessCheck(KeyRing keys, LinkSigner links)
{
    static readonly Door Closed = new(Entry.Key, Scopes.Admin);

    public async Task Invoke(HttpContext http, RequestDelegate next)
    {
        // Other endpoints are the router's own answers: 405 and 415.
        if (http.GetEndpoint() is RouteEndpoint route) await Admit(http, route.Metadata.GetMetadata<Door>() ?? Closed);
        await next(http);
    }

    /// <exception cref="RevelaException"><c>unauthorized</c>, <c>forbidden</c> or <c>link-expired</c>.</exception>
    public async ValueTask Admit(HttpContext http, Door door)
    {
        if (door.Entry == Entry.Anyone) return;
        var access = await Present(http, door);
        if (access is null)
        {
            if (door.Entry == Entry.KeyOrLoopback && IsLocal(http)) return;
            http.Response.Headers.WWWAuthenticate = "Bearer";
            throw new RevelaException(ErrorCodes.Unauthorized, "A valid key is needed: send it as 'Authorization: Bearer <key>'.");
        }
        if (!access.Allows(door.Scope))
            throw new RevelaException(ErrorCodes.Forbidden, $"This key lacks the scope '{door.Scope.ToString().ToLowerInvariant()}'.");
        http.Features.Set(access);
    }

    /// <summary>Whether access that was granted before still holds: for streams, which outlive revocation and expiry.</summary>
    public async ValueTask<bool> StillHolds(Access access, CancellationToken cancel) =>
        access.Presented is { } plain ? await keys.Find(plain, cancel) is not null : !links.IsOver(access);

    async ValueTask<Access?> Present(HttpContext http, Door door)
    {
        if (KeyIn(http.Request.Headers.Authorization) is { } plain)
            return await keys.Find(plain, http.RequestAborted) is { } key ? new Access(key.Tenant, key.Scopes, plain, null) : null;
        return door.Entry == Entry.KeyOrLink ? links.Check(http.Request) : null;
    }

    static string? KeyIn(StringValues header)
    {
        const string scheme = "Bearer ";
        var value = header.Count == 1 ? header[0] : null;
        return value is not null && value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? value[scheme.Length..].Trim() : null;
    }

    // A proxy on this machine speaks for somebody else.
    static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
        && !http.Request.Headers.ContainsKey("X-Forwarded-For") && !http.Request.Headers.ContainsKey("Forwarded");
}
