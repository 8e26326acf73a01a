using Microsoft.AspNetCore.Identity;
using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Jobs;

namespace Revela.App.Accounts;

/// <summary>Lets a person in by email and password. Whatever is wrong, the answer is the same and takes as long: it tells nobody who has an account or is locked out.</summary>
public sealed class SignIn(IUserStore users, Passwords passwords, SessionRing sessions, AuditLog audit, AccountOptions options)
{
    /// <exception cref="RevelaException"><c>sign-in-refused</c>, or <c>busy</c>.</exception>
    public async Task<(SignedIn SignedIn, string Token)> With(string? email, string? password, string? address, CancellationToken cancel)
    {
        var user = await Recognise(email, password, address, cancel) ?? throw Refused();
        var (session, token) = await sessions.Begin(user, cancel) ?? throw Refused();
        await audit.Note(ActorOf(user), user.Tenant, "session.begin", session.Id.ToString("D"), address, cancel);
        return (new SignedIn(session, user), token);
    }

    /// <summary>The person whose password it is; null when it is not, or they may not sign in now. Costs them a try until they get in.</summary>
    public async Task<User?> Recognise(string? email, string? password, string? address, CancellationToken cancel)
    {
        if (password is null or { Length: > Passwords.MaxLength }) return null;
        var user = Emails.Read(email) is { } read ? await users.Find(read, cancel) : null;
        // The try is taken first, so that guesses at the same time count too.
        var mayTry = user is { DisabledAt: null } && await users.TakeTry(user.Id, options.Tries, options.LockFor, cancel);
        var result = await passwords.Compare(mayTry ? user!.PasswordHash : null, password, cancel);
        if (mayTry && result == PasswordVerificationResult.Failed)
            await audit.Note(ActorOf(user!), user!.Tenant, "session.refused", null, address, cancel);
        return result switch
        {
            PasswordVerificationResult.Success => user,
            PasswordVerificationResult.SuccessRehashNeeded => await Rehash(user!, password, cancel),
            _ => null,
        };
    }

    public static Actor ActorOf(User user) => new(ActorKind.User, user.Id, user.Email);

    async Task<User?> Rehash(User user, string password, CancellationToken cancel) =>
        await users.Change(user.Id, new UserChange { PasswordHash = await passwords.Hash(password, cancel) }, cancel);

    RevelaException Refused() => new(
        ErrorCodes.SignInRefused,
        $"Email or password is wrong. After {options.Tries} wrong ones in a row nobody gets in for {Pipelines.Durations.Write(options.LockFor)}.");
}
