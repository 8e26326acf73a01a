using Revela.App.Accounts;
using Revela.App.Dashboard.Audit;
using Revela.App.Dashboard.Batches;
using Revela.App.Dashboard.Catalogue;
using Revela.App.Dashboard.Costs;
using Revela.App.Dashboard.Develop;
using Revela.App.Dashboard.Entrance;
using Revela.App.Dashboard.Gallery;
using Revela.App.Dashboard.Home;
using Revela.App.Dashboard.Jobs;
using Revela.App.Dashboard.Keys;
using Revela.App.Dashboard.Notices;
using Revela.App.Dashboard.People;
using Revela.App.Dashboard.Pipelines;
using Revela.App.Dashboard.Queues;
using Revela.App.Dashboard.Race;
using Revela.App.Dashboard.Settings;
using Revela.App.Dashboard.Static;
using Revela.App.Dashboard.Webhooks;
using Revela.App.Dashboard.Workers;
using Revela.Core.Accounts;

namespace Revela.App.Dashboard;

/// <summary>Every page and every form of the dashboard with its lock, on one screen.</summary>
public static class DashboardRoutes
{
    public static void Map(WebApplication app)
    {
        var errors = app.Services.GetRequiredService<Api.ErrorPage>();
        var pages = app.MapGroup("").WithMetadata(errors).ExcludeFromDescription();
        var forms = app.MapGroup("").WithMetadata(errors).ExcludeFromDescription().AddEndpointFilter<FormCheck>();
        MapPages(pages);
        MapForms(forms);
        MapRecipes(pages, forms, app.Services.GetRequiredService<RevelaOptions>());
    }

    // The recipes' own pages, as far as they are switched on.
    static void MapRecipes(RouteGroupBuilder pages, RouteGroupBuilder forms, RevelaOptions options)
    {
        if (options.Catalog.Enabled)
        {
            pages.MapGet(Places.Catalogue.Path, ShowCatalogue.Handle).Needs(Places.Catalogue);
            pages.MapGet("/catalogue/{number:long}", ShowArticle.One).Needs(Scopes.Read);
            pages.MapGet("/catalogue/review", ShowArticle.Next).Needs(Scopes.Submit);
            forms.MapPost("/catalogue/do", TakeCatalogue.Handle).Needs(Scopes.Submit);
            forms.MapPost("/catalogue/price", TakeCatalogue.Price).Needs(Scopes.Submit);
            forms.MapPost("/catalogue/{number:long}", TakeArticle.Change).Needs(Scopes.Submit);
            forms.MapPost("/catalogue/{number:long}/keep", TakeArticle.Keep).Needs(Scopes.Submit).NotedAs("catalog.keep");
            forms.MapPost("/catalogue/{number:long}/revert", TakeArticle.Revert).Needs(Scopes.Submit).NotedAs("catalog.revert");
            forms.MapPost("/catalogue/{number:long}/process", TakeArticle.Process).Needs(Scopes.Submit);
        }
        if (options.RacePhotos.Enabled)
        {
            pages.MapGet(Places.Race.Path, ShowRace.Handle).Needs(Places.Race);
            pages.MapGet("/race/photos/{id:guid}", ShowReview.One).Needs(Scopes.Read);
            pages.MapGet("/race/review", ShowReview.Next).Needs(Scopes.Submit);
            forms.MapPost("/race/review", TakeReview.Handle).Needs(Scopes.Submit);
        }
    }

    static void MapPages(RouteGroupBuilder pages)
    {
        pages.MapGet("/static/{version}/{name}", SendStatic.Handle).IsOpen();
        pages.MapGet(Places.SignIn, ShowSignIn.Handle).IsOpen();
        pages.MapGet(Places.Account, ShowAccount.Handle).Needs(Scopes.None);
        pages.MapGet(Places.Home.Path, ShowHome.Handle).Needs(Places.Home);
        pages.MapGet(Places.Develop.Path, ShowDevelop.Handle).Needs(Places.Develop);
        pages.MapGet("/develop/sample", ShowExample.Before).Needs(Scopes.Submit);
        pages.MapGet("/develop/example", ShowExample.After).Needs(Scopes.Submit);
        pages.MapGet(Places.Gallery.Path, ShowGallery.Handle).Needs(Places.Gallery);
        pages.MapGet("/gallery/{id:guid}", ShowPicture.Handle).Needs(Scopes.Read);
        pages.MapGet(Places.Jobs.Path, ShowJobs.Handle).Needs(Places.Jobs);
        pages.MapGet("/jobs/{id:guid}", ShowJob.Handle).Needs(Scopes.Read);
        pages.MapGet("/jobs/quarantine", Quarantined.Show).Needs(Scopes.Read);
        pages.MapGet("/jobs/{order:regex(^(retry|cancel|delete)$)}", BulkOrder.Show).Needs(Scopes.Submit);
        pages.MapGet(Places.Batches.Path, ShowBatches.All).Needs(Places.Batches);
        pages.MapGet("/batches/{id:guid}", ShowBatches.One).Needs(Scopes.Read);
        pages.MapGet(Places.Pipelines.Path, ShowPipelines.Handle).Needs(Places.Pipelines);
        pages.MapGet("/pipelines/new", EditPipeline.New).Needs(Scopes.Admin).OfTheHouse();
        pages.MapGet("/pipelines/{name}", EditPipeline.Show).Needs(Scopes.Admin).OfTheHouse();
        pages.MapGet(Places.Queues.Path, ShowQueues.Handle).Needs(Places.Queues);
        pages.MapGet(Places.Workers.Path, ShowWorkers.Handle).Needs(Places.Workers);
        pages.MapGet(Places.Costs.Path, ShowCosts.Handle).Needs(Places.Costs);
        pages.MapGet(Places.Notifications.Path, ShowNotices.Handle).Needs(Places.Notifications);
        pages.MapGet(Places.People.Path, ShowPeople.Handle).Needs(Places.People);
        pages.MapGet(Places.Keys.Path, ShowKeys.Handle).Needs(Places.Keys);
        pages.MapGet(Places.Webhooks.Path, ShowWebhooks.Handle).Needs(Places.Webhooks);
        pages.MapGet("/webhooks/deliveries", ShowDeliveries.All).Needs(Scopes.Admin);
        pages.MapGet("/webhooks/deliveries/{id:guid}", ShowDeliveries.One).Needs(Scopes.Admin);
        pages.MapGet(Places.Audit.Path, ShowAudit.Handle).Needs(Places.Audit);
        pages.MapGet(Places.Settings.Path, ShowSettings.Handle).Needs(Places.Settings);
    }

    static void MapForms(RouteGroupBuilder forms)
    {
        forms.MapPost(Places.SignIn, TakeSignIn.Handle).IsOpen();
        forms.MapPost(Places.SignOut, TakeSignOut.Handle).Needs(Scopes.None).NotedAs("session.end");
        forms.MapPost("/account/password", TakePassword.Handle).Needs(Scopes.None).NotedAs("session.password");
        forms.MapPost(Places.Preferences, TakePreferences.Handle).Needs(Scopes.None);
        forms.MapPost(Places.Develop.Path, TakeDevelop.Handle).Needs(Scopes.Submit);
        forms.MapPost("/develop/price", TakeDevelop.Price).Needs(Scopes.Submit);
        forms.MapPost("/gallery/do", GalleryOrders.Handle).Needs(Scopes.Read);
        forms.MapPost("/gallery/again", TakeAgain.Handle).Needs(Scopes.Submit);
        forms.MapPost("/jobs/{id:guid}/cancel", TakeJobOrders.Cancel).Needs(Scopes.Submit).NotedAs("job.cancel");
        forms.MapPost("/jobs/{id:guid}/retry", TakeJobOrders.Retry).Needs(Scopes.Submit).NotedAs("job.retry");
        forms.MapPost("/jobs/{id:guid}/delete", TakeJobOrders.Delete).Needs(Scopes.Submit).NotedAs("job.delete");
        forms.MapPost("/jobs/{order:regex(^(retry|cancel|delete)$)}", BulkOrder.Take).Needs(Scopes.Submit);
        forms.MapPost("/jobs/quarantine/{sha256}/release", Quarantined.Release).Needs(Scopes.Operate).NotedAs("quarantine.release");
        forms.MapPost("/workers/drain", TakeWorkerOrders.Handle).Needs(Scopes.Operate).OfTheHouse();
        forms.MapPost("/pipelines/edit", EditPipeline.Take).Needs(Scopes.Admin).OfTheHouse();
        forms.MapPost("/pipelines/{name}/delete", EditPipeline.Delete).Needs(Scopes.Admin).OfTheHouse();
        var queues = forms.MapGroup("/queues").OfTheHouse();
        queues.MapPost("/{name}", TakeQueueOrders.Change).Needs(Scopes.Operate).NotedAs("queue.change");
        queues.MapPost("/{name}/pause", TakeQueueOrders.Pause).Needs(Scopes.Operate).NotedAs("queue.pause");
        queues.MapPost("/{name}/resume", TakeQueueOrders.Resume).Needs(Scopes.Operate).NotedAs("queue.resume");
        queues.MapPost("/{name}/clean", TakeQueueOrders.Clean).Needs(Scopes.Operate).NotedAs("queue.clean");
        var costs = forms.MapGroup("/costs").OfTheHouse();
        costs.MapPost("/budgets", TakeCosts.Add).Needs(Scopes.Admin);
        costs.MapPost("/budgets/{name}", TakeCosts.Change).Needs(Scopes.Admin).NotedAs("budget.set");
        costs.MapPost("/budgets/{name}/delete", TakeCosts.Delete).Needs(Scopes.Admin).NotedAs("budget.delete");
        costs.MapPost("/free", TakeCosts.Free).Needs(Scopes.Operate);
        forms.MapPost("/notifications/read", TakeNoticesRead.All).Needs(Scopes.Read);
        forms.MapPost("/notifications/{id:guid}/read", TakeNoticesRead.One).Needs(Scopes.Read);
        forms.MapPost("/people", TakePeople.Add).Needs(Scopes.Admin);
        forms.MapPost("/people/{id:guid}", TakePeople.Change).Needs(Scopes.Admin).NotedAs("user.change");
        forms.MapPost("/people/{id:guid}/password", TakePeople.Renew).Needs(Scopes.Admin).NotedAs("user.change");
        forms.MapPost("/keys", TakeKeys.Add).Needs(Scopes.Admin);
        forms.MapPost("/keys/{id:guid}/revoke", TakeKeys.Revoke).Needs(Scopes.Admin).NotedAs("key.revoke");
        MapWebhooks(forms.MapGroup("/webhooks"));
    }

    static void MapWebhooks(RouteGroupBuilder forms)
    {
        forms.MapPost("/", TakeWebhooks.Add).Needs(Scopes.Admin);
        forms.MapPost("/{id:guid}", TakeWebhooks.Change).Needs(Scopes.Admin).NotedAs("webhook.change");
        forms.MapPost("/{id:guid}/enable", TakeWebhooks.Enable).Needs(Scopes.Admin).NotedAs("webhook.change");
        forms.MapPost("/{id:guid}/disable", TakeWebhooks.Disable).Needs(Scopes.Admin).NotedAs("webhook.change");
        forms.MapPost("/{id:guid}/test", TakeWebhooks.Test).Needs(Scopes.Admin);
        forms.MapPost("/{id:guid}/rotate", TakeWebhooks.Rotate).Needs(Scopes.Admin).NotedAs("webhook.rotate");
        forms.MapPost("/{id:guid}/delete", TakeWebhooks.Delete).Needs(Scopes.Admin).NotedAs("webhook.remove");
        forms.MapPost("/callbacks", TakeWebhooks.ShowCallbackSecret).Needs(Scopes.Admin);
        forms.MapPost("/deliveries/{id:guid}/replay", TakeWebhooks.Replay).Needs(Scopes.Admin).NotedAs("webhook.replay");
    }

    static RouteHandlerBuilder Needs(this RouteHandlerBuilder route, Place place)
    {
        route.Needs(place.Scope);
        return place.OfTheHouse ? route.OfTheHouse() : route;
    }
}
