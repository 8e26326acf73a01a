using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Accounts;

namespace Revela.App.Api.Users;

/// <summary>POST /api/v1/users: one more person of the tenant.</summary>
public static class AddUser
{
    [EndpointSummary("Add a person")]
    [EndpointDescription("They sign in with email and password from now on.")]
    [Takes(typeof(UserBody), "application/json", """{"email": "ana@example.com", "name": "Ana", "password": "…", "role": "submitter"}""")]
    [ProducesResponseType<UserView>(201)]
    [Refuses(400, 409, 413, 415, 503)]
    public static async Task<IResult> Handle(HttpContext http, UserBook book, AuditLog audit, UploadOptions limits, CancellationToken cancel)
    {
        var fields = new FieldReader(await UploadReader.ReadJson(http.Request, limits.MaxFieldBytes, cancel), isForm: false);
        fields.RefuseOthers(["email", "name", "password", "role"]);
        var (email, name, password, role) = (fields.Text("email", 1000), fields.Text("name", 1000), fields.Text("password", 1000), fields.Choice<Role>("role"));
        fields.Refuse();
        var user = await book.Add(http.Tenant(), email, name, password, role ?? Role.Viewer, cancel);
        await audit.Note(http, "user.add", user.Id.ToString("D"));
        return TypedResults.Json(UserView.Of(user), RevelaJson.Options, statusCode: 201);
    }
}
