namespace Revela.Core.Accounts;

/// <summary>A person's proof of having signed in, kept by hash only; in a browser's cookie or a client's header.</summary>
/// <param name="Sha256">Lower-case hex of the whole token, which has 256 random bits.</param>
public sealed record Session(Guid Id, Guid UserId, string Sha256, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>A session and whose it is, as they are now.</summary>
public sealed record SignedIn(Session Session, User User);

public interface IUserStore
{
    /// <summary>False when somebody has this email already, in whatever tenant.</summary>
    Task<bool> Add(User user, CancellationToken cancel);

    Task<User?> Find(string email, CancellationToken cancel);

    Task<User?> Get(Guid id, CancellationToken cancel);

    /// <summary>By email; of all tenants for null.</summary>
    Task<IReadOnlyList<User>> List(string? tenant, CancellationToken cancel);

    /// <summary>The person as changed, their sessions ended in the same commit where the change says so; null when unknown.</summary>
    Task<User?> Change(Guid id, UserChange change, CancellationToken cancel);

    /// <summary>
    /// Takes one of a person's tries (<see cref="User.WithTry"/>) before the password is looked at, so that guesses made at the same
    /// time are counted too. False when they are locked out or unknown.
    /// </summary>
    Task<bool> TakeTry(Guid id, int most, TimeSpan lockFor, CancellationToken cancel);

    /// <summary>Keeps a session and gives the tries back. False when the password has been changed since it was looked at, or the person disabled.</summary>
    Task<bool> Begin(Session session, string passwordHash, CancellationToken cancel);

    /// <summary>Null when the session is unknown or has ended; its expiry and the person's state are the caller's to look at.</summary>
    Task<SignedIn?> FindSession(string sha256, CancellationToken cancel);

    Task<bool> End(Guid session, CancellationToken cancel);
}
