using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Accounts;

namespace Revela.App.Api.Users;

/// <summary>GET /api/v1/users.</summary>
public static class ListUsers
{
    [EndpointSummary("List people")]
    [Refuses]
    public static async Task<Ok<UserList>> Handle(HttpContext http, IUserStore users, CancellationToken cancel) =>
        TypedResults.Ok(new UserList([.. (await users.List(http.Tenant(), cancel)).Select(UserView.Of)]));
}
