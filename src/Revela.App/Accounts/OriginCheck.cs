using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Accounts;

/// <summary>
/// Refuses changes that a page of another site makes with a person's cookie. Browsers name the page's origin with every change and let no
/// script alter it, so clients need no anti-forgery token.
/// </summary>
public sealed class OriginCheck(RevelaOptions options)
{
    readonly HashSet<string> allowed = new(
        options.Accounts.Origins.Append(options.Links.PublicUrl).OfType<string>().Select(url => new Uri(url).GetLeftPart(UriPartial.Authority)), StringComparer.OrdinalIgnoreCase);

    /// <exception cref="RevelaException"><c>wrong-origin</c>.</exception>
    public void Require(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)) return;
        if (request.Headers.Origin is [{ } origin] && (allowed.Contains(origin) || IsOwn(origin, request.Host))) return;
        throw new RevelaException(ErrorCodes.WrongOrigin, "A change with a session's cookie must come from a page of this server, or of an origin that the settings allow.");
    }

    // The host alone: behind a proxy that ends TLS the server does not see which scheme the browser used.
    static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Scheme is "http" or "https"
        && host.HasValue && page.Authority.Equals(Authority(page.Scheme, host), StringComparison.OrdinalIgnoreCase);

    static string Authority(string scheme, HostString host) => Uri.TryCreate($"{scheme}://{host}", UriKind.Absolute, out var uri) ? uri.Authority : "";
}
