using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Accounts;

namespace Revela.App.Api.Sessions;

/// <summary>POST /api/v1/session: signs a person in.</summary>
public static class BeginSession
{
    [EndpointSummary("Sign in")]
    [EndpointDescription("Answers with a token for `Authorization: Bearer`; with `cookie` the session is kept in a cookie instead, which scripts cannot read.")]
    [Takes(typeof(SessionBody), "application/json", """{"email": "ana@example.com", "password": "…"}""")]
    [ProducesResponseType<SessionView>(201)]
    [Refuses(400, 401, 403, 413, 415, 503)]
    public static async Task<IResult> Handle(HttpContext http, SignIn signIn, OriginCheck origins, UploadOptions limits, CancellationToken cancel)
    {
        var fields = new FieldReader(await UploadReader.ReadJson(http.Request, limits.MaxFieldBytes, cancel), isForm: false);
        fields.RefuseOthers(["email", "password", "cookie"]);
        var (email, password, cookie) = (fields.Text("email", 1000), fields.Text("password", 1000), fields.Flag("cookie"));
        if (email is null) fields.Mistakes.Add("'email' is missing");
        if (password is null) fields.Mistakes.Add("'password' is missing");
        fields.Refuse();
        // Another site must not be able to sign a person in as somebody else.
        if (cookie) origins.Require(http.Request);

        var (found, token) = await signIn.With(email, password, AuditLog.AddressOf(http), cancel);
        if (cookie) SessionCookie.Write(http, token, found.Session.ExpiresAt);
        http.Response.Headers.CacheControl = "no-store";
        var view = new SessionView(SignIn.ActorOf(found.User), found.User.Tenant, ScopeNames.Of(found.User.Role.Scopes()), found.Session.ExpiresAt, cookie ? null : token);
        return TypedResults.Json(view, RevelaJson.Options, statusCode: 201);
    }
}
