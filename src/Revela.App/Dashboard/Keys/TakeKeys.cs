using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.Keys;
using Revela.Core.Accounts;

namespace Revela.App.Dashboard.Keys;

/// <summary>POST /keys and /keys/{id}/revoke.</summary>
public static class TakeKeys
{
    const int MaxName = 100;

    public static async Task<IResult> Add(HttpContext http, KeyRing keys, IAccountStore accounts, AuditLog audit, CancellationToken cancel)
    {
        var form = http.Request.Form;
        var name = form["name"].ToString().Trim();
        if (name.Length is 0 or > MaxName) throw Refusals.Invalid($"A key's name has 1 to {MaxName} characters.");
        var scopes = ScopeNames.Parse(form["scopes"].OfType<string>());
        if (scopes is null or Scopes.None) throw Refusals.Invalid($"A key may do at least one of {string.Join(", ", ScopeNames.All)}.");
        var (key, plain) = await keys.Add(name, scopes.Value, http.Tenant(), announce: null, cancel);
        await audit.Note(http, "key.add", key.Id.ToString("D"));
        return await ShowKeys.With(http, accounts, plain, cancel);
    }

    public static async Task<IResult> Revoke(Guid id, HttpContext http, IAccountStore accounts, CancellationToken cancel)
    {
        await RevokeKey.Handle(id, http, accounts, cancel);
        return Answers.Go(http, "/keys", "key.revoked");
    }
}
