using Revela.App.Dashboard.Frame;
using Revela.Core.Jobs;

namespace Revela.App.Dashboard;

/// <summary>What went wrong, as a page with what to do about it. Whoever has to sign in is led there and back.</summary>
public sealed class ErrorPages(Visits visits)
{
    /// <param name="traceId">Finds an unexpected error in the server's log.</param>
    public Task Answer(HttpContext http, int status, JobError error, string? traceId)
    {
        if (status == StatusCodes.Status401Unauthorized && !Visits.IsPart(http.Request)) return ToSignIn(http);
        var page = new Page(typeof(ErrorScreen), new ErrorContents(status, error, traceId), visit => visit.Say("trouble.title"), status);
        return page.Write(http, visits.Of(http));
    }

    static Task ToSignIn(HttpContext http)
    {
        var wanted = HttpMethods.IsGet(http.Request.Method) ? http.Request.Path + http.Request.QueryString : Places.Home.Path;
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Remove("WWW-Authenticate");
        http.Response.Headers.Location = wanted == Places.Home.Path ? Places.SignIn : $"{Places.SignIn}?then={Uri.EscapeDataString(wanted)}";
        return Task.CompletedTask;
    }
}

public sealed record ErrorContents(int Status, JobError Error, string? TraceId);
