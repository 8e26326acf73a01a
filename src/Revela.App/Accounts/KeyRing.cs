using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Revela.Core;
using Revela.Core.Accounts;

namespace Revela.App.Accounts;

/// <summary>Makes keys and tells whose a presented key is; answers are remembered so briefly that a revoked key is refused within seconds.</summary>
public sealed class KeyRing(IAccountStore accounts, TimeProvider time)
{
    public const string DefaultTenant = "default";
    const string Prefix = "rvl_";
    const int MaxLength = 200;
    const int MaxRemembered = 1000;
    static readonly TimeSpan RememberFor = TimeSpan.FromSeconds(2);
    static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<string, Remembered> remembered = new();

    /// <summary>Makes a key whose plain text is told this once and kept nowhere.</summary>
    /// <param name="announce">Takes the plain text before the key is valid, so that it cannot be lost between the two.</param>
    public async Task<(ApiKey Key, string Plain)> Add(string name, Scopes scopes, string tenant, Action<string>? announce, CancellationToken cancel)
    {
        var plain = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        announce?.Invoke(plain);
        var key = new ApiKey(Ids.New(time), name, HashOf(plain), scopes, tenant, time.GetUtcNow(), null, null);
        await accounts.AddKey(key, cancel);
        return (key, plain);
    }

    /// <summary>The valid key that was presented; null when it is unknown or revoked.</summary>
    public async ValueTask<ApiKey?> Find(string presented, CancellationToken cancel)
    {
        if (presented.Length is 0 or > MaxLength) return null;
        var hash = HashOf(presented);
        var now = time.GetUtcNow();
        if (!remembered.TryGetValue(hash, out var entry) || entry.Until <= now || entry.Answer.IsFaulted || entry.Answer.IsCanceled)
        {
            if (remembered.Count >= MaxRemembered) remembered.Clear();
            entry = remembered[hash] = new Remembered(LookUp(hash), now + RememberFor);
        }
        return await entry.Answer.WaitAsync(cancel);
    }

    // Shared by all requests that wait for it, so it obeys no single one's cancellation.
    async Task<ApiKey?> LookUp(string hash)
    {
        var key = await accounts.FindKey(hash, CancellationToken.None);
        if (key is null || key.RevokedAt is not null || !SameHash(key.Sha256, hash)) return null;
        if (key.LastUsedAt is not { } used || time.GetUtcNow() - used >= TouchEvery) await accounts.TouchKey(key.Id, CancellationToken.None);
        return key;
    }

    static bool SameHash(string stored, string presented) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(stored), Encoding.ASCII.GetBytes(presented));

    static string HashOf(string plain) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(plain)));

    sealed record Remembered(Task<ApiKey?> Answer, DateTimeOffset Until);
}
