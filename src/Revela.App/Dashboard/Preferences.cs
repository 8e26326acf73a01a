using System.Text.Json;
using Revela.App.Notifications;

namespace Revela.App.Dashboard;

/// <summary>The light that pages are looked at in.</summary>
public enum Theme
{
    /// <summary>As the viewer's system has it.</summary>
    System,
    Dark,
    Light,
}

/// <summary>How somebody likes their pages: kept in cookies of their browser for a year.</summary>
public static class Preferences
{
    const string ThemeCookie = "revela-theme";
    static readonly TimeSpan KeepFor = TimeSpan.FromDays(365);

    public static Theme ThemeOf(HttpRequest request) =>
        request.Cookies[ThemeCookie] is { } kept && Enum.TryParse<Theme>(kept, ignoreCase: true, out var theme) && Enum.IsDefined(theme) ? theme : Theme.System;

    /// <summary>Keeps what is known among these; the rest stays as it is.</summary>
    public static void Remember(HttpContext http, string? language, string? theme)
    {
        if (Words.IsKnown(language)) Keep(http, Words.Cookie, language!);
        if (Enum.TryParse<Theme>(theme, ignoreCase: true, out var wanted) && Enum.IsDefined(wanted)) Keep(http, ThemeCookie, NameOf(wanted));
    }

    /// <summary>As forms and the page's root spell it.</summary>
    public static string NameOf(Theme theme) => JsonNamingPolicy.KebabCaseLower.ConvertName(theme.ToString());

    static void Keep(HttpContext http, string name, string value) => http.Response.Cookies.Append(name, value, new CookieOptions
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = KeepFor,
    });
}
