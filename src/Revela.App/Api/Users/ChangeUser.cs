using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Uploads;
using Revela.Core.Accounts;

namespace Revela.App.Api.Users;

/// <summary>PATCH /api/v1/users/{id}: role, name, password, or whether they may sign in.</summary>
public static class ChangeUser
{
    [EndpointSummary("Change a person")]
    [EndpointDescription("What is left out stays. A new password, and `disabled`, end the person's sessions within seconds; a new role holds as soon.")]
    [Takes(typeof(UserChangeBody), "application/json", """{"role": "operator"}""")]
    [Refuses(400, 404, 413, 415, 503)]
    public static async Task<Ok<UserView>> Handle(Guid id, HttpContext http, IUserStore users, UserBook book, UploadOptions limits, CancellationToken cancel)
    {
        var body = await UploadReader.ReadJson(http.Request, limits.MaxFieldBytes, cancel);
        var fields = new FieldReader(body, isForm: false);
        fields.RefuseOthers(["name", "password", "role", "disabled"]);
        var (name, password, role) = (fields.Text("name", 1000), fields.Text("password", 1000), fields.Choice<Role>("role"));
        bool? disabled = body["disabled"] is null ? null : fields.Flag("disabled");
        fields.Refuse();
        var user = await users.Get(id, cancel);
        if (user?.Tenant != http.Tenant()) throw Refusals.NotFound("person");
        return TypedResults.Ok(UserView.Of(await book.Change(user, name, password, role, disabled, cancel)));
    }
}
