using Revela.App.Accounts;
using Revela.App.Dashboard.Entrance;
using Revela.App.Dashboard.Home;
using Revela.App.Dashboard.Static;
using Revela.Core.Accounts;

namespace Revela.App.Dashboard;

/// <summary>Every page and every form of the dashboard with its lock, on one screen.</summary>
public static class DashboardRoutes
{
    public static void Map(WebApplication app)
    {
        var errors = app.Services.GetRequiredService<Api.ErrorPage>();
        var pages = app.MapGroup("").WithMetadata(errors).ExcludeFromDescription();
        pages.MapGet("/static/{version}/{name}", SendStatic.Handle).IsOpen();
        pages.MapGet(Places.SignIn, ShowSignIn.Handle).IsOpen();
        pages.MapGet(Places.Home, ShowHome.Handle);

        var forms = app.MapGroup("").WithMetadata(errors).ExcludeFromDescription().AddEndpointFilter<FormCheck>();
        forms.MapPost(Places.SignIn, TakeSignIn.Handle).IsOpen();
        forms.MapPost(Places.SignOut, TakeSignOut.Handle).Needs(Scopes.None).NotedAs("session.end");
        forms.MapPost(Places.Preferences, TakePreferences.Handle).Needs(Scopes.None);
    }

    static RouteHandlerBuilder MapGet(this RouteGroupBuilder pages, Place place, Delegate handle) => pages.MapGet(place.Path, handle).Needs(place.Scope);
}
