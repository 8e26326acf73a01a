using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Revela.App.Accounts;
using Revela.App.Dashboard.Frame;
using Revela.Core.Notices;

namespace Revela.App.Dashboard;

/// <summary>Answers with a screen inside the frame, or with the screen alone where an open page asks for its contents again.</summary>
/// <param name="View">Component that shows the contents; a <see cref="Screen{T}"/>.</param>
/// <param name="Title">In the viewer's language; null for that of the place.</param>
public sealed record Page(Type View, object Contents, Func<Visit, string>? Title = null, int Status = StatusCodes.Status200OK) : IResult
{
    public static Page Of<TScreen, TContents>(TContents contents, Func<Visit, string>? title = null) where TScreen : Screen<TContents> where TContents : notnull =>
        new(typeof(TScreen), contents, title);

    public async Task ExecuteAsync(HttpContext http)
    {
        var visit = http.RequestServices.GetRequiredService<Visits>().Of(http);
        if (visit.Access?.Actor.Id is { } recipient)
            visit = visit with { Unread = await http.RequestServices.GetRequiredService<INoticeStore>().Unread(recipient, http.RequestAborted) };
        await Write(http, visit);
    }

    /// <summary>Sent once it is whole: an error on the way becomes a page of its own.</summary>
    public async Task Write(HttpContext http, Visit visit)
    {
        var html = await Render(http.RequestServices, visit);
        PageHeaders.Write(http.Response.Headers);
        http.Response.StatusCode = Status;
        http.Response.ContentType = "text/html; charset=utf-8";
        await http.Response.WriteAsync(html, http.RequestAborted);
    }

    async Task<string> Render(IServiceProvider services, Visit visit)
    {
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var given = ParameterView.FromDictionary(new Dictionary<string, object?> { ["Visit"] = visit, ["Page"] = this });
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<PageFrame>(given)).ToHtmlString());
    }
}
