using System.Security.Cryptography;
using System.Text;
using Revela.Core;
using Revela.Core.Accounts;

namespace Revela.App.Accounts;

/// <summary>Makes keys and tells whose a presented key is; a revoked one is refused within seconds.</summary>
public sealed class KeyRing(IAccountStore accounts, TimeProvider time)
{
    public const string DefaultTenant = "default";
    const string Prefix = "rvl_";
    static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(1);

    readonly BriefMemory<ApiKey?> memory = new(time);

    /// <summary>Makes a key whose plain text is told this once and kept nowhere.</summary>
    /// <param name="announce">Takes the plain text before the key is valid, so that it cannot be lost between the two.</param>
    public async Task<(ApiKey Key, string Plain)> Add(string name, Scopes scopes, string tenant, Action<string>? announce, CancellationToken cancel)
    {
        var plain = BearerText.New(Prefix);
        announce?.Invoke(plain);
        var key = new ApiKey(Ids.New(time), name, BearerText.HashOf(plain), scopes, tenant, time.GetUtcNow(), null, null);
        await accounts.AddKey(key, cancel);
        return (key, plain);
    }

    /// <summary>The valid key that was presented; null when it is unknown or revoked.</summary>
    public async ValueTask<ApiKey?> Find(string presented, CancellationToken cancel) =>
        BearerText.IsPlausible(presented, Prefix) ? await memory.Ask(BearerText.HashOf(presented), LookUp, cancel) : null;

    async Task<ApiKey?> LookUp(string hash)
    {
        var key = await accounts.FindKey(hash, CancellationToken.None);
        if (key is null || key.RevokedAt is not null || !SameHash(key.Sha256, hash)) return null;
        if (key.LastUsedAt is not { } used || time.GetUtcNow() - used >= TouchEvery) await accounts.TouchKey(key.Id, CancellationToken.None);
        return key;
    }

    static bool SameHash(string stored, string presented) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(stored), Encoding.ASCII.GetBytes(presented));
}
