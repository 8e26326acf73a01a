using System.Text.Json.Serialization;
using Revela.Core.Accounts;

namespace Revela.App.Api.Views;

/// <summary>A person as administrators read them; never the password.</summary>
/// <param name="DisabledAt">From then on they cannot sign in; null while they can.</param>
/// <param name="LockedUntil">After too many wrong passwords; null or past when they can sign in.</param>
public sealed record UserView(
    Guid Id, string Email, string Name, Role Role, DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? SignedInAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? DisabledAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? LockedUntil)
{
    public static UserView Of(User user) => new(user.Id, user.Email, user.Name, user.Role, user.CreatedAt, user.SignedInAt, user.DisabledAt, user.LockedUntil);
}

/// <summary>All people of the tenant, by email.</summary>
public sealed record UserList(IReadOnlyList<UserView> Users);

/// <summary>A key without its text.</summary>
/// <param name="Key">The text itself, in the answer that made it and never again.</param>
/// <param name="LastUsedAt">To the minute.</param>
public sealed record KeyView(
    Guid Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? LastUsedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? RevokedAt,
    string? Key = null)
{
    public static KeyView Of(ApiKey key, string? plain = null) =>
        new(key.Id, key.Name, ScopeNames.Of(key.Scopes), key.CreatedAt, key.LastUsedAt, key.RevokedAt, plain);
}

/// <summary>All keys of the tenant, oldest first.</summary>
public sealed record KeyList(IReadOnlyList<KeyView> Keys);

/// <summary>Who is asking, and what they may do.</summary>
/// <param name="Token">Of a session that has just begun, to be sent as <c>Authorization: Bearer</c>; absent when a cookie has it, and ever after.</param>
/// <param name="ExpiresAt">When the session ends; absent for a key.</param>
public sealed record SessionView(Actor Actor, string Tenant, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt, string? Token = null);

/// <summary>What somebody did.</summary>
/// <param name="Action">Noun and verb, such as <c>queue.pause</c>.</param>
public sealed record AuditView(DateTimeOffset At, Actor Actor, string Action, string? Target, string? Address)
{
    public static AuditView Of(AuditEntry entry) => new(entry.At, entry.Actor, entry.Action, entry.Target, entry.Address);
}

/// <param name="Next">Cursor of the next page; null on the last.</param>
public sealed record AuditPage(IReadOnlyList<AuditView> Entries, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);
