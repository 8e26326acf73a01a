using Microsoft.AspNetCore.Http.Features;
using Revela.Core.Accounts;

namespace Revela.App.Accounts;

/// <summary>What a request may do, for whom, and who made it.</summary>
/// <param name="Presented">The key or the session's token that it came with; null for a signed link.</param>
/// <param name="Until">When a signed link or a session ends; null for a key.</param>
public sealed record Access(string Tenant, Scopes Scopes, Actor Actor, string? Presented, DateTimeOffset? Until)
{
    /// <summary>Of anybody who comes without a key to a route that is open for reading.</summary>
    public static Access Visitor { get; } = new(KeyRing.DefaultTenant, Scopes.Read, new Actor(ActorKind.Visitor, null, "a visitor"), null, null);

    public bool IsVisitor => Actor.Kind == ActorKind.Visitor;

    public static Access Of(ApiKey key, string plain) => new(key.Tenant, key.Scopes, new Actor(ActorKind.Key, key.Id, key.Name), plain, null);

    public static Access Of(SignedIn found, string token) =>
        new(found.User.Tenant, found.User.Role.Scopes(), SignIn.ActorOf(found.User), token, found.Session.ExpiresAt);

    /// <summary>Whether it is the tenant that runs the store; every other sees nothing but its own.</summary>
    public bool IsOfTheHouse => Tenant == KeyRing.DefaultTenant;

    public bool Allows(Scopes scope) => (Scopes & scope) == scope;
}

/// <summary>Who may use a route.</summary>
public enum Entry
{
    /// <summary>A key or a session with the scope.</summary>
    Key,

    /// <summary>A key with the scope, or a signed link to this very path.</summary>
    KeyOrLink,

    /// <summary>A key with the scope, or anyone on this machine.</summary>
    KeyOrLoopback,

    /// <summary>A key or a session with the scope, or anybody, who then is a visitor.</summary>
    KeyOrVisitor,

    Anyone,
}

/// <summary>On routes about what all tenants share: only the house's own tenant may use them.</summary>
public sealed record HouseOnly;

/// <summary>The lock of a route. A route without one is refused to everybody.</summary>
public sealed record Door(Entry Entry, Scopes Scope);

public static class Doors
{
    public static T Needs<T>(this T route, Scopes scope) where T : IEndpointConventionBuilder => route.WithMetadata(new Door(Entry.Key, scope));

    public static T NeedsOrLink<T>(this T route, Scopes scope) where T : IEndpointConventionBuilder => route.WithMetadata(new Door(Entry.KeyOrLink, scope));

    public static T NeedsOrLoopback<T>(this T route, Scopes scope) where T : IEndpointConventionBuilder => route.WithMetadata(new Door(Entry.KeyOrLoopback, scope));

    /// <param name="visitors">Whether anybody may come in, to read.</param>
    public static T NeedsOr<T>(this T route, Scopes scope, bool visitors) where T : IEndpointConventionBuilder =>
        route.WithMetadata(new Door(visitors ? Entry.KeyOrVisitor : Entry.Key, scope));

    public static T IsOpen<T>(this T route) where T : IEndpointConventionBuilder => route.WithMetadata(new Door(Entry.Anyone, Scopes.None));

    /// <summary>Queues, workers and counters are the store's, not a tenant's: whoever is of another tenant than the first one is refused.</summary>
    public static T OfTheHouse<T>(this T route) where T : IEndpointConventionBuilder => route.WithMetadata(new HouseOnly());

    /// <summary>The access that the check granted; only on routes with a lock.</summary>
    public static Access Access(this HttpContext http) => http.Features.GetRequiredFeature<Access>();

    public static string Tenant(this HttpContext http) => http.Access().Tenant;
}
