using Revela.App.Notifications;

namespace Revela.App.Dashboard;

/// <summary>Where a form leads once it was taken: to a page by GET, so that loading it again sends nothing twice.</summary>
public static class Answers
{
    /// <summary>Tells an open page where to go, since it cannot see a redirection.</summary>
    public const string GoHeader = "Revela-Go";

    /// <param name="told">Key of the words (<c>told.{…}</c>) that say what was done; null to say nothing.</param>
    public static IResult Go(HttpContext http, string address, string? told = null, string? about = null)
    {
        if (told is not null) Told.Keep(http, told, about);
        if (!Visits.IsPart(http.Request)) return new SeeOther(address);
        http.Response.Headers[GoHeader] = address;
        return TypedResults.NoContent();
    }

    /// <summary>The page that a form wants to lead to (<c>then</c>), or another where it names none.</summary>
    public static string Then(HttpContext http, string otherwise) => http.Request.Form["then"] is [{ Length: > 0 } wanted] ? Local(wanted) : otherwise;

    /// <summary>The address when it is a page of this server; else the first page.</summary>
    public static string Local(string? address) =>
        address is ['/', ..] && !address.StartsWith("//", StringComparison.Ordinal) && !address.Contains('\\') && !address.Any(char.IsControl) ? address : Places.Home.Path;

    sealed record SeeOther(string Address) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            http.Response.Headers.Location = Address;
            return Task.CompletedTask;
        }
    }
}

/// <summary>What came of a form, kept for the page after it.</summary>
static class Told
{
    const string Cookie = "revela-told";
    const int MaxAbout = 100;

    /// <param name="about">Whom or what it was done to; shown as text.</param>
    public static void Keep(HttpContext http, string key, string? about) =>
        http.Response.Cookies.Append(Cookie, $"{key}|{(about is { Length: > MaxAbout } ? about[..MaxAbout] : about)}", Options(TimeSpan.FromMinutes(1)));

    /// <summary>In words, once; null when there is nothing to tell.</summary>
    public static string? Take(HttpContext http)
    {
        if (http.Request.Cookies[Cookie] is not { } kept || HttpMethods.IsPost(http.Request.Method) || !Visits.IsTold(http.Request)) return null;
        http.Response.Cookies.Append(Cookie, "", Options(TimeSpan.Zero));
        var (key, about) = kept.IndexOf('|', StringComparison.Ordinal) is var cut and >= 0 ? (kept[..cut], kept[(cut + 1)..]) : (kept, "");
        return Words.Find(Words.LanguageOf(http.Request), $"told.{key}", new() { ["about"] = about });
    }

    static CookieOptions Options(TimeSpan keepFor) => new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = keepFor };
}
