using Revela.App.Accounts;
using Revela.Core.Accounts;

namespace Revela.App.Dashboard.Keys;

/// <summary>GET /keys: what programs come with.</summary>
public static class ShowKeys
{
    public static Task<IResult> Handle(HttpContext http, IAccountStore accounts, CancellationToken cancel) => With(http, accounts, fresh: null, cancel);

    /// <param name="fresh">The text of a key that was made now: shown this once.</param>
    internal static async Task<IResult> With(HttpContext http, IAccountStore accounts, string? fresh, CancellationToken cancel)
    {
        var ours = (await accounts.ListKeys(cancel)).Where(key => key.Tenant == http.Tenant()).OrderBy(key => key.RevokedAt is not null).ThenByDescending(key => key.CreatedAt);
        return Page.Of<KeysScreen, KeysContents>(new KeysContents([.. ours], fresh));
    }
}

/// <param name="Keys">Those that hold first, newest first.</param>
public sealed record KeysContents(IReadOnlyList<ApiKey> Keys, string? Fresh);
