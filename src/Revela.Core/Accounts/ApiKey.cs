namespace Revela.Core.Accounts;

/// <summary>A client's key, kept by hash only.</summary>
/// <param name="Sha256">Lower-case hex of the whole key; its secret has 256 random bits, so a fast hash is enough.</param>
public sealed record ApiKey(Guid Id, string Name, string Sha256, Scopes Scopes, string Tenant, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt);

public interface IAccountStore
{
    Task AddKey(ApiKey key, CancellationToken cancel);

    Task<ApiKey?> FindKey(string sha256, CancellationToken cancel);

    Task<IReadOnlyList<ApiKey>> ListKeys(CancellationToken cancel);

    Task<bool> RevokeKey(Guid id, CancellationToken cancel);

    /// <summary>Notes the last use; coarse, at most once a minute per key.</summary>
    Task TouchKey(Guid id, CancellationToken cancel);

    /// <summary>32 random bytes under a name, made once and the same for every process of this store (link signing).</summary>
    Task<byte[]> Secret(string name, CancellationToken cancel);
}
