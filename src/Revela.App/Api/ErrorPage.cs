using Revela.Core.Jobs;

namespace Revela.App.Api;

/// <summary>How errors are answered where people look with a browser: at the routes that carry this, and at addresses that are none.</summary>
/// <param name="Answer">Writes the whole answer, with the status; a trace id finds an unexpected error in the server's log.</param>
public sealed record ErrorPage(Func<HttpContext, int, JobError, string?, Task> Answer)
{
    /// <summary>Null where programs ask.</summary>
    public static ErrorPage? For(HttpContext http) => http.GetEndpoint() is { } endpoint
        ? endpoint.Metadata.GetMetadata<ErrorPage>()
        : IsBrowser(http.Request) ? http.RequestServices.GetService<ErrorPage>() : null;

    static bool IsBrowser(HttpRequest request) => HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
