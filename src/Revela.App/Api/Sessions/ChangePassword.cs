using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Jobs;

namespace Revela.App.Api.Sessions;

/// <summary>PUT /api/v1/session/password: a person's new password.</summary>
public static class ChangePassword
{
    [EndpointSummary("Change one's password")]
    [EndpointDescription("Ends all sessions of the person, this one too.")]
    [Takes(typeof(PasswordBody), "application/json")]
    [Refuses(400, 409, 413, 415, 503)]
    public static async Task<NoContent> Handle(HttpContext http, SignIn signIn, UserBook book, UploadOptions limits, CancellationToken cancel)
    {
        var access = http.Access();
        if (access.Actor.Kind != ActorKind.User) throw Refusals.WrongState("This is a key, which has no password.");
        var fields = new FieldReader(await UploadReader.ReadJson(http.Request, limits.MaxFieldBytes, cancel), isForm: false);
        fields.RefuseOthers(["current", "password"]);
        var (current, password) = (fields.Text("current", 1000), fields.Text("password", 1000));
        if (password is null) fields.Mistakes.Add("'password' is missing");
        fields.Refuse();

        var user = await signIn.Recognise(access.Actor.Name, current, AuditLog.AddressOf(http), cancel)
            ?? throw new RevelaException(ErrorCodes.SignInRefused, "'current' is not the password, or too many were tried.");
        await book.Change(user, name: null, password, role: null, disabled: null, cancel);
        SessionCookie.Delete(http);
        return TypedResults.NoContent();
    }
}
