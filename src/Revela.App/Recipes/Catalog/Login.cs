using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Uploads;

namespace Revela.App.Recipes.Catalog;

/// <summary>POST /api/auth/login: a token for <c>Authorization: Bearer</c>.</summary>
public static class Login
{
    [EndpointSummary("Sign in to the catalogue")]
    [Takes(typeof(LoginBody), "application/json", """{"email": "ana@example.com", "password": "…"}""")]
    [Refuses(400, 401, 413, 415, 503)]
    public static async Task<Ok<Answer<SignedInView>>> Handle(HttpContext http, SignIn signIn, UploadOptions limits, CancellationToken cancel)
    {
        var fields = new FieldReader(await UploadReader.ReadJson(http.Request, limits.MaxFieldBytes, cancel), isForm: false);
        var (email, password) = (fields.Text("email", 1000), fields.Text("password", 1000));
        if (email is null) fields.Mistakes.Add("'email' is missing");
        if (password is null) fields.Mistakes.Add("'password' is missing");
        fields.Refuse();
        var (found, token) = await signIn.With(email, password, AuditLog.AddressOf(http), cancel);
        http.Response.Headers.CacheControl = "no-store";
        var user = found.User;
        return TypedResults.Ok(Answer<SignedInView>.Of(new SignedInView(token, new UserView(user.Id, user.Email, user.Name, user.Role.ToString().ToLowerInvariant()))));
    }
}

/// <summary>Who signs in.</summary>
public sealed record LoginBody
{
    public required string Email { get; init; }
    public required string Password { get; init; }
}

/// <param name="Token">Holds until it expires or the person signs out.</param>
public sealed record SignedInView(string Token, UserView Usuario);

public sealed record UserView(Guid Id, string Email, string Nombre, string Rol);
