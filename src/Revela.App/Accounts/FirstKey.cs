using Revela.Core.Accounts;

namespace Revela.App.Accounts;

/// <summary>Makes the first admin key of a new store and keeps it readable for the owner only, in <c>admin.key</c> of the data folder.</summary>
public static class FirstKey
{
    public const string FileName = "admin.key";

    /// <summary>The key in plain text if it was made now; null when the store has keys.</summary>
    public static async Task<string?> Ensure(IAccountStore accounts, KeyRing keys, string data, CancellationToken cancel)
    {
        if ((await accounts.ListKeys(cancel)).Count > 0) return null;
        var (_, plain) = await keys.Add("admin", Scopes.Admin, KeyRing.DefaultTenant, made => OwnerFile.Write(Path.Combine(data, FileName), made), cancel);
        return plain;
    }
}
