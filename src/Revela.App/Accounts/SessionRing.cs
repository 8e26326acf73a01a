using Revela.Core;
using Revela.Core.Accounts;

namespace Revela.App.Accounts;

/// <summary>Begins and ends sessions, and tells whose a presented token is; what a person may do is asked anew every few seconds.</summary>
public sealed class SessionRing(IUserStore users, AccountOptions options, TimeProvider time)
{
    const string Prefix = "rvs_";

    readonly BriefMemory<SignedIn?> memory = new(time);

    /// <summary>The session and its token, which is told this once and kept nowhere; null when the person changed meanwhile.</summary>
    public async Task<(Session Session, string Token)?> Begin(User user, CancellationToken cancel)
    {
        var token = BearerText.New(Prefix);
        var now = time.GetUtcNow();
        // Whole seconds: the store keeps less of a time than the clock tells, and the client is told what is kept.
        var end = DateTimeOffset.FromUnixTimeSeconds((now + options.SessionLifetime).ToUnixTimeSeconds());
        var session = new Session(Ids.New(time), user.Id, BearerText.HashOf(token), now, end);
        return await users.Begin(session, user.PasswordHash, cancel) ? (session, token) : null;
    }

    /// <summary>Whose valid token was presented; null when it is unknown, over or ended, or the person disabled.</summary>
    public async ValueTask<SignedIn?> Find(string presented, CancellationToken cancel)
    {
        if (!BearerText.IsPlausible(presented, Prefix)) return null;
        var found = await memory.Ask(BearerText.HashOf(presented), hash => users.FindSession(hash, CancellationToken.None), cancel);
        return found is { User.DisabledAt: null } && found.Session.ExpiresAt > time.GetUtcNow() ? found : null;
    }

    /// <summary>Refused from now on by this process, and within seconds by every other.</summary>
    public async Task End(string token, CancellationToken cancel)
    {
        if (await Find(token, cancel) is not { } found) return;
        await users.End(found.Session.Id, cancel);
        memory.Forget(found.Session.Sha256);
    }
}
