using Revela.Core.Jobs;

namespace Revela.Core.Accounts;

/// <summary>Who did what: kept before the answer is sent, and never changed.</summary>
/// <param name="Action">Noun and verb, such as <c>queue.pause</c>.</param>
/// <param name="Target">Id or name of what it was done to.</param>
/// <param name="Address">The client's network address; null at a terminal.</param>
public sealed record AuditEntry(DateTimeOffset At, string Tenant, Actor Actor, string Action, string? Target, string? Address);

/// <summary>Who does something.</summary>
/// <param name="Id">Of the key or the person; null for others.</param>
/// <param name="Name">The key's name, the person's email, or the account at the terminal.</param>
public sealed record Actor(ActorKind Kind, Guid? Id, string Name);

public enum ActorKind
{
    Key,
    User,

    /// <summary>Whoever holds a signed link.</summary>
    Link,

    /// <summary>Whoever runs a verb on the store itself.</summary>
    Terminal,

    /// <summary>Whoever comes without a key where the settings let anybody read.</summary>
    Visitor,
}

/// <param name="Action">Only this action.</param>
/// <param name="Actor">Only by the one of this name.</param>
public sealed record AuditQuery(string Tenant, string? Action, string? Actor, string? Cursor, int Limit);

public interface IAuditStore
{
    Task Add(AuditEntry entry, CancellationToken cancel);

    /// <summary>Newest first.</summary>
    Task<Page<AuditEntry>> List(AuditQuery query, CancellationToken cancel);
}
