using Revela.App.Accounts;
using Revela.App.Api.Assets;
using Revela.App.Api.Audit;
using Revela.App.Api.Batches;
using Revela.App.Api.Catalog;
using Revela.App.Api.Events;
using Revela.App.Api.Health;
using Revela.App.Api.Jobs;
using Revela.App.Api.Keys;
using Revela.App.Api.Money;
using Revela.App.Api.Notifications;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Queues;
using Revela.App.Api.Renditions;
using Revela.App.Api.Resumable;
using Revela.App.Api.Schedules;
using Revela.App.Api.Sessions;
using Revela.App.Api.Statistics;
using Revela.App.Api.Upkeep;
using Revela.App.Api.Users;
using Revela.App.Api.Webhooks;
using Revela.App.Api.Work;
using Revela.App.Links;
using Revela.App.Metrics;
using Revela.App.Recipes.Analyze;
using Revela.App.Recipes.Catalog;
using Revela.App.Recipes.Cutout;
using Revela.App.Recipes.RacePhotos;
using Revela.App.Recipes.Rembg;
using Revela.App.Recipes.Showcase;
using Revela.App.Renditions;
using Revela.Core.Accounts;

namespace Revela.App.Api;

/// <summary>Every route with its lock, on one screen.</summary>
public static class ApiRoutes
{
    static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(WebApplication app, RevelaOptions options)
    {
        var jobs = app.MapGroup(Linker.Root + "/jobs").WithTags("jobs");
        jobs.MapPost("/", SubmitJobs.Handle).Needs(Scopes.Submit);
        jobs.MapGet("/", ListJobs.Handle).Needs(Scopes.Read);
        jobs.MapGet("/{id:guid}", GetJob.Handle).Needs(Scopes.Read);
        jobs.MapPost("/{id:guid}/cancel", CancelJob.Handle).Needs(Scopes.Submit).NotedAs("job.cancel");
        jobs.MapDelete("/{id:guid}", DeleteJob.Handle).Needs(Scopes.Submit).NotedAs("job.delete");
        jobs.MapPost("/{id:guid}/retry", RetryJob.Handle).Needs(Scopes.Submit).NotedAs("job.retry");
        jobs.MapGet("/{id:guid}/checkpoints/{step:int}", GetCheckpoint.Handle).Needs(Scopes.Read);
        jobs.MapGet("/{id:guid}/calls", ListCalls.Handle).Needs(Scopes.Read);
        jobs.MapPost("/unpark", FreeParked.Handle).Needs(Scopes.Operate).OfTheHouse().NotedAs("job.unpark");
        jobs.MapMethods("/{id:guid}/result", Reading, GetResult.Handle).NeedsOrLink(Scopes.Read);
        jobs.MapGet("/{id:guid}/events", StreamJobEvents.Handle).NeedsOrLink(Scopes.Read);

        var assets = app.MapGroup(Linker.Root + "/assets").WithTags("assets");
        assets.MapPost("/", UploadAssets.Handle).Needs(Scopes.Submit);
        assets.MapGet("/", ListAssets.Handle).Needs(Scopes.Read);
        assets.MapGet("/{id:guid}", GetAsset.Handle).Needs(Scopes.Read);
        assets.MapMethods("/{id:guid}/content", Reading, GetContent.Handle).NeedsOrLink(Scopes.Read);
        assets.MapGet("/{id:guid}/thumbnail", GetThumbnail.Handle).NeedsOrLink(Scopes.Read);
        assets.MapGet("/{id:guid}/similar", ListSimilar.Handle).Needs(Scopes.Read);
        assets.MapGet("/{id:guid}/rendition", LinkRendition.Handle).Needs(Scopes.Read);
        assets.MapDelete("/{id:guid}", DeleteAsset.Handle).Needs(Scopes.Submit).NotedAs("asset.delete");
        assets.MapPost("/uploads", AnnounceUpload.Handle).Needs(Scopes.Submit);
        assets.MapPut("/uploads/{id:guid}", ReceiveUpload.Handle).NeedsOrLink(Scopes.Submit);
        assets.MapPost("/uploads/{id:guid}/finish", FinishUpload.Handle).Needs(Scopes.Submit);

        var uploads = app.MapGroup(Linker.Root + "/uploads").WithTags("uploads").AddEndpointFilter(Tus.Speak);
        uploads.MapMethods("/", [HttpMethods.Options], Tus.Describe).IsOpen().ExcludeFromDescription();
        uploads.MapPost("/", BeginUpload.Handle).Needs(Scopes.Submit);
        uploads.MapMethods("/{id:guid}", [HttpMethods.Head], ReadOffset.Handle).Needs(Scopes.Submit);
        uploads.MapPatch("/{id:guid}", SendPiece.Handle).Needs(Scopes.Submit);
        uploads.MapDelete("/{id:guid}", EndUpload.Handle).Needs(Scopes.Submit);
        uploads.MapPost("/{id:guid}", SendPiece.Overridden).Needs(Scopes.Submit).ExcludeFromDescription();

        var batches = app.MapGroup(Linker.Root + "/batches").WithTags("batches");
        batches.MapGet("/", ListBatches.Handle).Needs(Scopes.Read);
        batches.MapPost("/", SubmitBatch.Handle).Needs(Scopes.Submit);
        batches.MapGet("/{id:guid}", GetBatch.Handle).Needs(Scopes.Read);
        batches.MapGet("/{id:guid}/download", DownloadBatch.Handle).NeedsOrLink(Scopes.Read);
        batches.MapGet("/{id:guid}/manifest", GetManifest.Handle).NeedsOrLink(Scopes.Read);
        batches.MapPost("/{id:guid}/retry", RetryBatch.Handle).Needs(Scopes.Submit).NotedAs("batch.retry");
        batches.MapPost("/{id:guid}/cancel", CancelBatch.Handle).Needs(Scopes.Submit).NotedAs("batch.cancel");

        var queues = app.MapGroup(Linker.Root + "/queues").WithTags("queues").OfTheHouse();
        queues.MapGet("/", ListQueues.Handle).Needs(Scopes.Read);
        queues.MapGet("/{name}", GetQueue.Handle).Needs(Scopes.Read);
        queues.MapPatch("/{name}", ChangeQueue.Handle).Needs(Scopes.Operate).NotedAs("queue.change");
        queues.MapPost("/{name}/pause", PauseQueue.Handle).Needs(Scopes.Operate).NotedAs("queue.pause");
        queues.MapPost("/{name}/resume", ResumeQueue.Handle).Needs(Scopes.Operate).NotedAs("queue.resume");
        queues.MapPost("/{name}/clean", CleanQueue.Handle).Needs(Scopes.Operate).NotedAs("queue.clean");

        var budgets = app.MapGroup(Linker.Root + "/budgets").WithTags("budgets").OfTheHouse();
        budgets.MapGet("/", ListBudgets.Handle).Needs(Scopes.Operate);
        budgets.MapPut("/{name}", SetBudget.Handle).Needs(Scopes.Admin).NotedAs("budget.set");
        budgets.MapDelete("/{name}", DeleteBudget.Handle).Needs(Scopes.Admin).NotedAs("budget.delete");

        app.MapGet(Linker.Root + "/spending", ListSpending.Handle).WithTags("budgets").Needs(Scopes.Read);
        app.MapPost(Linker.Root + "/estimates", EstimateCost.Handle).WithTags("budgets").Needs(Scopes.Read);

        var catalog = app.MapGroup(Linker.Root).WithTags("catalogue");
        catalog.MapGet("/pipelines", ListPipelines.Handle).Needs(Scopes.Read);
        catalog.MapGet("/pipelines/{name}", GetPipeline.Handle).Needs(Scopes.Read);
        catalog.MapGet("/operations", ListOperations.Handle).Needs(Scopes.Read);
        catalog.MapGet("/operations/{name}", GetOperation.Handle).Needs(Scopes.Read);

        var work = app.MapGroup(Linker.Root + "/work").WithTags("work");
        work.MapPost("/claims", ClaimWork.Handle).Needs(Scopes.Work);
        work.MapGet("/bell", HearBell.Handle).Needs(Scopes.Work);
        work.MapPost("/renewals", RenewLeases.Handle).Needs(Scopes.Work);
        var held = work.MapGroup("/jobs/{id:guid}/{lease:long}");
        held.MapGet("/input", FetchInput.Handle).Needs(Scopes.Work);
        held.MapGet("/checkpoints/{step:int}", FetchCheckpoint.Handle).Needs(Scopes.Work);
        held.MapPut("/checkpoints/{step:int}", KeepCheckpoint.Handle).Needs(Scopes.Work);
        held.MapPut("/pictures/{step:int}", SendPicture.Handle).Needs(Scopes.Work);
        held.MapPost("/complete", CompleteWork.Handle).Needs(Scopes.Work);
        held.MapPost("/fail", FailWork.Handle).Needs(Scopes.Work);
        held.MapPost("/give-back", GiveBackWork.Handle).Needs(Scopes.Work);

        var upkeep = app.MapGroup(Linker.Root).WithTags("upkeep");
        upkeep.MapGet("/stats", GetStats.Handle).Needs(Scopes.Read).OfTheHouse();
        upkeep.MapGet("/statistics", GetStatistics.Handle).Needs(Scopes.Read);
        upkeep.MapGet("/events", StreamEvents.Handle).NeedsOrLink(Scopes.Read);
        upkeep.MapPost("/erasures", EraseAll.Handle).Needs(Scopes.Admin);
        upkeep.MapPost("/workers/drain", DrainWorker.Handle).Needs(Scopes.Operate).OfTheHouse();
        upkeep.MapGet("/quarantine", ListQuarantine.Handle).Needs(Scopes.Read);
        upkeep.MapDelete("/quarantine/{sha256}", ReleaseQuarantine.Handle).Needs(Scopes.Operate).NotedAs("quarantine.release");

        var accounts = app.MapGroup(Linker.Root).WithTags("accounts");
        accounts.MapPost("/session", BeginSession.Handle).IsOpen();
        accounts.MapGet("/session", GetSession.Handle).Needs(Scopes.None);
        accounts.MapDelete("/session", EndSession.Handle).Needs(Scopes.None).NotedAs("session.end");
        accounts.MapPut("/session/password", ChangePassword.Handle).Needs(Scopes.None).NotedAs("session.password");
        accounts.MapGet("/users", ListUsers.Handle).Needs(Scopes.Admin);
        accounts.MapPost("/users", AddUser.Handle).Needs(Scopes.Admin);
        accounts.MapPatch("/users/{id:guid}", ChangeUser.Handle).Needs(Scopes.Admin).NotedAs("user.change");
        accounts.MapGet("/keys", ListKeys.Handle).Needs(Scopes.Admin);
        accounts.MapPost("/keys", AddKey.Handle).Needs(Scopes.Admin);
        accounts.MapDelete("/keys/{id:guid}", RevokeKey.Handle).Needs(Scopes.Admin).NotedAs("key.revoke");
        accounts.MapGet("/audit", ListAudit.Handle).Needs(Scopes.Admin);

        var notifications = app.MapGroup(Linker.Root + "/notifications").WithTags("notifications");
        notifications.MapGet("/", ListNotifications.Handle).Needs(Scopes.Read);
        notifications.MapGet("/stream", StreamNotifications.Handle).Needs(Scopes.Read);
        notifications.MapPost("/{id:guid}/read", ReadNotification.Handle).Needs(Scopes.Read);
        notifications.MapPost("/read", ReadAllNotifications.Handle).Needs(Scopes.Read);

        var webhooks = app.MapGroup(Linker.Root + "/webhooks").WithTags("webhooks");
        webhooks.MapGet("/", ListWebhooks.Handle).Needs(Scopes.Admin);
        webhooks.MapPost("/", AddWebhook.Handle).Needs(Scopes.Admin);
        webhooks.MapGet("/callback-secret", GetCallbackSecret.Handle).Needs(Scopes.Admin);
        webhooks.MapGet("/{id:guid}", GetWebhook.Handle).Needs(Scopes.Admin);
        webhooks.MapPatch("/{id:guid}", ChangeWebhook.Handle).Needs(Scopes.Admin).NotedAs("webhook.change");
        webhooks.MapDelete("/{id:guid}", RemoveWebhook.Handle).Needs(Scopes.Admin).NotedAs("webhook.remove");
        webhooks.MapPost("/{id:guid}/rotate", RotateSecret.Handle).Needs(Scopes.Admin).NotedAs("webhook.rotate");
        webhooks.MapPost("/{id:guid}/test", TestWebhook.Handle).Needs(Scopes.Admin);
        webhooks.MapGet("/deliveries", ListDeliveries.Handle).Needs(Scopes.Admin);
        webhooks.MapGet("/deliveries/{id:guid}", GetDelivery.Handle).Needs(Scopes.Admin);
        webhooks.MapPost("/deliveries/{id:guid}/replay", ReplayDelivery.Handle).Needs(Scopes.Admin).NotedAs("webhook.replay");

        var schedules = app.MapGroup(Linker.Root + "/schedules").WithTags("schedules");
        schedules.MapGet("/", ListSchedules.Handle).Needs(Scopes.Read);
        schedules.MapPost("/", AddSchedule.Handle).Needs(Scopes.Operate);
        schedules.MapDelete("/{id:guid}", RemoveSchedule.Handle).Needs(Scopes.Operate).NotedAs("schedule.remove");
        schedules.MapPost("/{id:guid}/pause", PauseSchedule.Handle).Needs(Scopes.Operate).NotedAs("schedule.pause");
        schedules.MapPost("/{id:guid}/resume", ResumeSchedule.Handle).Needs(Scopes.Operate).NotedAs("schedule.resume");

        var renditions = app.MapGroup("").WithTags("renditions");
        renditions.MapMethods(RenditionSigner.Root + "/{signature}/{options}/{asset:guid}", Reading, GetRendition.Handle).NeedsOrLink(Scopes.Read);
        renditions.MapGet(Linker.Root + "/renditions/key", GetRenditionKey.Handle).Needs(Scopes.Admin);

        var health = app.MapGroup("/health").WithTags("health");
        health.MapGet("/live", CheckLive.Handle).IsOpen();
        health.MapGet("/ready", CheckReady.Handle).IsOpen();

        app.MapGet("/metrics", ReadMetrics.Handle).WithTags("upkeep").Needs(Scopes.Read).OfTheHouse();

        if (options.Analyze.Enabled)
        {
            var analyze = app.MapGroup(Linker.Root).WithTags("analyze");
            analyze.MapPost("/analyze", Analyze.Handle).Needs(Scopes.Submit);
            analyze.MapGet("/tasks/{id}", GetTask.Handle).Needs(Scopes.Read);
        }

        if (options.Cutout.Enabled) CutoutRecipe.Map(app);
        if (options.Catalog.Enabled) CatalogRecipe.Map(app);
        if (options.RacePhotos.Enabled) RacePhotosRecipe.Map(app, options.RacePhotos);
        if (options.Showcase.Enabled) ShowcaseRecipe.Map(app, options.Showcase);

        if (options.RembgServer.Enabled)
        {
            var rembg = app.MapGroup(RemoveNow.Path).WithTags("rembg");
            rembg.MapPost("/", RemoveNow.Handle).Needs(Scopes.Submit);
            rembg.MapGet("/", RemoveByUrl.Handle).Needs(Scopes.Submit);
        }

        app.MapOpenApi($"/openapi/{ApiDocument.Name}.json").NeedsOrLoopback(Scopes.Read);
    }
}
