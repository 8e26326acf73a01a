namespace Revela.App.Accounts;

/// <summary>The cookie that keeps a person signed in: no script can read it, and no other site sends it along with a change.</summary>
public static class SessionCookie
{
    public const string Name = "revela-session";

    /// <summary>The token in it; null without one.</summary>
    public static string? Read(HttpRequest request) => request.Cookies.TryGetValue(Name, out var token) && token.Length > 0 ? token : null;

    public static void Write(HttpContext http, string token, DateTimeOffset expiresAt) => http.Response.Cookies.Append(Name, token, Options(http, expiresAt));

    public static void Delete(HttpContext http) => http.Response.Cookies.Append(Name, "", Options(http, DateTimeOffset.UnixEpoch));

    // Lax, so that a link in a message opens the page signed in; changes are guarded by OriginCheck besides.
    static CookieOptions Options(HttpContext http, DateTimeOffset expiresAt) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps || IsPublishedByHttps(http),
        Path = "/",
        Expires = expiresAt,
    };

    static bool IsPublishedByHttps(HttpContext http) =>
        http.RequestServices.GetRequiredService<RevelaOptions>().Links.PublicUrl?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ?? false;
}
