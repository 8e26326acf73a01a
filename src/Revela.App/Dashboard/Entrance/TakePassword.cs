using Revela.App.Accounts;
using Revela.App.Notifications;
using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Jobs;

namespace Revela.App.Dashboard.Entrance;

/// <summary>POST /account/password: a person's new password. Their other sessions end; this one goes on.</summary>
public sealed class TakePassword(IUserStore users, SignIn signIn, UserBook book)
{
    public static Task<IResult> Handle(HttpContext http, TakePassword door, CancellationToken cancel) => door.Take(http, cancel);

    async Task<IResult> Take(HttpContext http, CancellationToken cancel)
    {
        var (form, address) = (http.Request.Form, AuditLog.AddressOf(http));
        var (email, password) = (http.Access().Actor.Name, form["password"].ToString());
        if (password != form["again"]) return await Refuse(http, "account.differs", cancel);
        if (await signIn.Recognise(email, form["current"], address, cancel) is not { } user) return await Refuse(http, "account.wrong", cancel);
        try
        {
            await book.Change(user, name: null, password, role: null, disabled: null, cancel);
        }
        catch (RevelaException refused) when (refused.Error.Code == ErrorCodes.InvalidRequest)
        {
            return await Refuse(http, "account.weak", cancel);
        }
        // The session that asks has ended with the others.
        var (found, token) = await signIn.With(email, password, address, cancel);
        SessionCookie.Write(http, token, found.Session.ExpiresAt);
        return Answers.Go(http, Places.Account, "account.changed");
    }

    Task<IResult> Refuse(HttpContext http, string words, CancellationToken cancel) =>
        ShowAccount.With(http, users, Words.Find(Words.LanguageOf(http.Request), words), cancel);
}
