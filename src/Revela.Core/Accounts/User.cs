namespace Revela.Core.Accounts;

/// <summary>A person who signs in with email and password.</summary>
public sealed record User
{
    public required Guid Id { get; init; }

    /// <summary>In lower case; unique over all tenants, since it alone says who signs in.</summary>
    public required string Email { get; init; }
    public required string Name { get; init; }

    /// <summary>As the password hasher wrote it, with its salt and its cost.</summary>
    public required string PasswordHash { get; init; }
    public required Role Role { get; init; }
    public required string Tenant { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SignedInAt { get; init; }

    /// <summary>From then on the person cannot sign in and has no session; null while they can.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Passwords tried since the last right one or the last lockout.</summary>
    public int Tries { get; init; }

    /// <summary>Until then no password is looked at; null or past when one is.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    public bool IsLocked(DateTimeOffset now) => LockedUntil > now;

    /// <summary>The person with one more try taken: after the last one they are locked out. Unchanged while they are.</summary>
    public User WithTry(int most, TimeSpan lockFor, DateTimeOffset now) =>
        IsLocked(now) ? this : Tries + 1 < most ? this with { Tries = Tries + 1 } : this with { Tries = 0, LockedUntil = now + lockFor };

    /// <summary>The person as somebody signs in with the right password.</summary>
    public User SignedIn(DateTimeOffset now) => this with { SignedInAt = now, Tries = 0, LockedUntil = null };
}

/// <summary>What to change of a person; null leaves as it is.</summary>
public sealed record UserChange
{
    public string? Name { get; init; }
    public Role? Role { get; init; }
    public string? PasswordHash { get; init; }
    public bool? Disabled { get; init; }

    /// <summary>Whoever holds the old password, or is to stop, must not go on with a session made before.</summary>
    public bool EndsSessions => PasswordHash is not null || Disabled == true;

    public User Apply(User user, DateTimeOffset now) => user with
    {
        Name = Name ?? user.Name,
        Role = Role ?? user.Role,
        PasswordHash = PasswordHash ?? user.PasswordHash,
        DisabledAt = Disabled switch { null => user.DisabledAt, true => user.DisabledAt ?? now, false => null },
        Tries = PasswordHash is null ? user.Tries : 0,
        LockedUntil = PasswordHash is null ? user.LockedUntil : null,
    };
}
