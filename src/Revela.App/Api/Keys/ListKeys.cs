using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Accounts;

namespace Revela.App.Api.Keys;

/// <summary>GET /api/v1/keys.</summary>
public static class ListKeys
{
    [EndpointSummary("List keys")]
    [EndpointDescription("With their last use, and without their texts, which are kept nowhere.")]
    [Refuses]
    public static async Task<Ok<KeyList>> Handle(HttpContext http, IAccountStore accounts, CancellationToken cancel) =>
        TypedResults.Ok(new KeyList([.. (await accounts.ListKeys(cancel)).Where(key => key.Tenant == http.Tenant()).Select(key => KeyView.Of(key))]));
}
