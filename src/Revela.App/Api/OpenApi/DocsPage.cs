using Revela.App.Accounts;
using Revela.Core.Accounts;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace Revela.App.Api.OpenApi;

/// <summary>The browsable page of the API at <c>/docs</c>: open on this machine, with a key elsewhere. All of it comes from this server.</summary>
public static class DocsPage
{
    const string Path = "/docs";
    static readonly Door Lock = new(Entry.KeyOrLoopback, Scopes.Read);

    public static void Use(WebApplication app)
    {
        app.UseWhen(http => http.Request.Path.StartsWithSegments(Path), docs =>
        {
            docs.Use(async (http, next) =>
            {
                await app.Services.GetRequiredService<AccessCheck>().Admit(http, Lock);
                await next();
            });
            docs.UseSwaggerUI(Configure);
        });
    }

    static void Configure(SwaggerUIOptions page)
    {
        page.RoutePrefix = Path.TrimStart('/');
        page.DocumentTitle = "Revela API";
        page.SwaggerEndpoint($"/openapi/{ApiDocument.Name}.json", "Revela");
        page.EnablePersistAuthorization();
    }
}
