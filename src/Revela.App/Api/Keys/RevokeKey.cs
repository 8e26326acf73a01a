using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.Core.Accounts;

namespace Revela.App.Api.Keys;

/// <summary>DELETE /api/v1/keys/{id}.</summary>
public static class RevokeKey
{
    [EndpointSummary("Revoke a key")]
    [EndpointDescription("It is refused within seconds.")]
    [Refuses(404)]
    public static async Task<NoContent> Handle(Guid id, HttpContext http, IAccountStore accounts, CancellationToken cancel)
    {
        var isOurs = (await accounts.ListKeys(cancel)).Any(key => key.Id == id && key.Tenant == http.Tenant());
        if (!isOurs || !await accounts.RevokeKey(id, cancel)) throw Refusals.NotFound("key");
        return TypedResults.NoContent();
    }
}
