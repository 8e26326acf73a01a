using Revela.App.Accounts;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Dashboard.Entrance;

/// <summary>POST /sign-in: lets a person in and keeps the session in a cookie.</summary>
public static class TakeSignIn
{
    const int MaxField = 1000;

    public static async Task<IResult> Handle(HttpContext http, SignIn signIn, CancellationToken cancel)
    {
        var form = http.Request.Form;
        string? Field(string name) => form[name] is [{ Length: > 0 and <= MaxField } text] ? text : null;
        var (then, lang) = (Answers.Local(Field("then")), Field("lang"));
        try
        {
            var (found, token) = await signIn.With(Field("email"), Field("password"), AuditLog.AddressOf(http), cancel);
            SessionCookie.Write(http, token, found.Session.ExpiresAt);
            Preferences.Remember(http, lang, theme: null);
            return Answers.Go(http, then);
        }
        catch (RevelaException refused) when (refused.Error.Code == ErrorCodes.SignInRefused)
        {
            return ShowSignIn.Screen(new SignInContents(then, lang, Field("email"), IsRefused: true)) with { Status = StatusCodes.Status401Unauthorized };
        }
    }
}
