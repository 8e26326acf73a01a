using System.Net;
using Microsoft.Extensions.Primitives;
using Revela.App.Links;
using Revela.App.Renditions;
using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Jobs;

namespace Revela.App.Accounts;

/// <summary>Lets a request through its route's lock, by key, by a person's session, by signed link or from this machine, or refuses it. What it may see is decided here alone: its tenant, and what all tenants share only if it is the house's.</summary>
public sealed class AccessCheck(KeyRing keys, SessionRing sessions, LinkSigner links, RenditionSigner renditions, OriginCheck origins)
{
    static readonly Door Closed = new(Entry.Key, Scopes.Admin);

    public async Task Invoke(HttpContext http, RequestDelegate next)
    {
        // Other endpoints are the router's own answers: 405 and 415.
        if (http.GetEndpoint() is RouteEndpoint route)
        {
            await Admit(http, route.Metadata.GetMetadata<Door>() ?? Closed);
            if (route.Metadata.GetMetadata<HouseOnly>() is not null && !http.Access().IsOfTheHouse)
                throw new RevelaException(ErrorCodes.Forbidden, $"Queues and their counters are shared by all tenants: only the tenant '{KeyRing.DefaultTenant}' may see and change them.");
        }
        await next(http);
    }

    /// <exception cref="RevelaException"><c>unauthorized</c>, <c>forbidden</c>, <c>wrong-origin</c> or <c>link-expired</c>.</exception>
    public async ValueTask Admit(HttpContext http, Door door)
    {
        if (door.Entry == Entry.Anyone) return;
        var access = await Present(http, door);
        if (access is null && door.Entry == Entry.KeyOrVisitor) access = Access.Visitor;
        if (access is null)
        {
            if (door.Entry == Entry.KeyOrLoopback && IsLocal(http)) return;
            http.Response.Headers.WWWAuthenticate = "Bearer";
            throw new RevelaException(ErrorCodes.Unauthorized, "A valid key or session is needed: send it as 'Authorization: Bearer <key>', or sign in.");
        }
        if (!access.Allows(door.Scope))
            throw new RevelaException(ErrorCodes.Forbidden, $"This needs the scope '{ScopeNames.Name(door.Scope)}'.");
        http.Features.Set(access);
    }

    /// <summary>Whether access that was granted before still holds: for streams, which outlive revocation and expiry.</summary>
    public async ValueTask<bool> StillHolds(Access access, CancellationToken cancel) =>
        access.Presented is { } plain ? await Of(plain, cancel) is not null : !links.IsOver(access);

    async ValueTask<Access?> Present(HttpContext http, Door door)
    {
        if (BearerIn(http.Request.Headers.Authorization) is { } plain) return await Of(plain, http.RequestAborted);
        if (door.Entry == Entry.KeyOrLink && (links.Check(http.Request) ?? renditions.Check(http.Request)) is { } link) return link;
        if (SessionCookie.Read(http.Request) is not { } token || await sessions.Find(token, http.RequestAborted) is not { } found) return null;
        // A browser sends a cookie along with whatever any page asks of it.
        origins.Require(http.Request);
        return Access.Of(found, token);
    }

    async ValueTask<Access?> Of(string plain, CancellationToken cancel)
    {
        if (await keys.Find(plain, cancel) is { } key) return Access.Of(key, plain);
        return await sessions.Find(plain, cancel) is { } found ? Access.Of(found, plain) : null;
    }

    static string? BearerIn(StringValues header)
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
