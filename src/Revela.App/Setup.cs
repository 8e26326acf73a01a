using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.Batches;
using Revela.App.Api.Events;
using Revela.App.Api.Health;
using Revela.App.Api.Jobs;
using Revela.App.Api.Notifications;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Upkeep;
using Revela.App.Api.Work;
using Revela.App.Dashboard;
using Revela.App.Far;
using Revela.App.Folders;
using Revela.App.Links;
using Revela.App.Mail;
using Revela.App.Metrics;
using Revela.App.Pipelines;
using Revela.App.Recipes.Analyze;
using Revela.App.Recipes.Catalog;
using Revela.App.Recipes.Cutout;
using Revela.App.Recipes.RacePhotos;
using Revela.App.Recipes.Rembg;
using Revela.App.Recipes.Showcase;
using Revela.App.Recipes.Showcase.Documents;
using Revela.App.Renditions;
using Revela.App.Schedules;
using Revela.App.Thumbnails;
using Revela.App.Uploads;
using Revela.App.Webhooks;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Events;
using Revela.Core.Flow;
using Revela.Core.Pipelines;
using Revela.Core.Queues;
using Revela.Core.Statistics;
using Revela.Imaging.Header;
using Revela.Imaging.Isolation;
using Revela.Imaging.Operations;
using Revela.Providers;
using Revela.Providers.Firestore;
using Revela.Providers.Prices;
using Revela.Storage;
using Revela.Storage.Broker;
using Revela.Storage.Objects.Files;
using Revela.Storage.Objects.S3;
using Revela.Storage.Postgres;
using Revela.Storage.Signals.RabbitMq;

namespace Revela.App;

/// <summary>The composition root: which part stands behind which port, in the order of an image's way.</summary>
public static class Setup
{
    /// <summary>The store that the settings name: rows in the data folder or in PostgreSQL, objects in the data folder or on S3.</summary>
    public static async Task<IStore> OpenStore(RevelaOptions options, ILoggerFactory? log, CancellationToken cancel)
    {
        var objects = OpenObjects(options);
        var wire = options.Broker.RingsBells ? new FanoutWire(options.Broker) : null;
        return options.Store.Postgres is { } connection
            ? await PostgresStore.Open(connection, objects, TimeProvider.System, log, cancel, wire)
            : await EmbeddedStore.Open(options.Data, TimeProvider.System, log, cancel, objects, wire);
    }

    static IObjectStore OpenObjects(RevelaOptions options) => options.S3.Endpoint is null
        ? new FilesObjectStore(options.Data, TimeProvider.System)
        : new S3ObjectStore(options.S3, Path.Combine(options.Data, "scratch"), TimeProvider.System);

    /// <summary>All that develops images; a worker without doors needs no more.</summary>
    public static IServiceCollection AddEngine(this IServiceCollection services, Engine engine, RevelaOptions options)
    {
        services.AddSingleton(TimeProvider.System).AddSingleton(options).AddSingleton(options.Limits);
        AddStore(services, engine);
        services.AddSingleton(engine.Pipelines).AddSingleton(engine.Pipelines.Catalog).AddHostedService<PipelineWatch>();
        services.AddSingleton(engine.Lessons);
        AddPixels(services, engine.Operations, engine.Children, options);
        AddOutsideServices(services, options);
        AddFlow(services, options);
        if (engine.Store.Inbox is { } inbox) services.AddSingleton(inbox).AddHostedService<WishTaker>();
        return services;
    }

    static void AddStore(IServiceCollection services, Engine engine)
    {
        var store = engine.Store;
        services.AddSingleton(store.Jobs).AddSingleton<Core.Jobs.IWorkSource>(store.Jobs);
        services.AddSingleton(store.Assets).AddSingleton(store.Items).AddSingleton(store.Queues).AddSingleton(store.Workers);
        services.AddSingleton(store.Events).AddSingleton(store.Accounts).AddSingleton(store.Users);
        services.AddSingleton(store.Calls).AddSingleton(store.Budgets);
        services.AddSingleton(store.Audit).AddSingleton(store.Notices).AddSingleton(store.Statistics).AddSingleton(store.Webhooks).AddSingleton(store.Deliveries).AddSingleton(store.Erasure).AddSingleton(store.Schedules).AddSingleton(store.Signals).AddSingleton(store.Objects);
    }

    static void AddPixels(IServiceCollection services, OperationCatalog operations, ChildCommand children, RevelaOptions options)
    {
        services.AddSingleton<IHeaderReader, HeaderReader>();
        services.AddSingleton(operations).AddSingleton<IOperations>(operations);
        services.AddSingleton(children).AddSingleton(options.Children);
    }

    // Keys and budgets stay on the side of the store: a far worker develops by itself or not at all.
    static void AddOutsideServices(IServiceCollection services, RevelaOptions options)
    {
        services.AddSingleton<ChildPool>().AddServiceClients();
        services.AddSingleton(options.Calls).AddSingleton<ServiceMeter>().AddSingleton<Cashier>().AddSingleton<Estimator>();
        services.AddSingleton(parts => ServiceEngines.All(options.Providers, parts.GetRequiredService<IHttpClientFactory>(), TimeProvider.System));
        services.AddSingleton<IStepRunner>(parts => new EngineChain(new OutsideRunner(
            parts.GetRequiredService<ChildPool>(), parts.GetRequiredService<IReadOnlyList<OutsideEngine>>(), parts.GetRequiredService<IOperations>(), parts.GetRequiredService<IHeaderReader>(),
            parts.GetRequiredService<IAssetStore>(), parts.GetRequiredService<IObjectStore>(), parts.GetRequiredService<Cashier>())));
    }

    static void AddFlow(IServiceCollection services, RevelaOptions options)
    {
        services.AddSingleton(options.Worker).AddSingleton(WorkerIdentity.Of(options.Worker, TimeProvider.System));
        services.AddSingleton(new IntakeLimits { MaxWaitingJobs = options.Uploads.MaxWaitingJobs, MaxWaitingBytes = options.Uploads.MaxWaitingBytes });
        services.AddSingleton<Intake>().AddSingleton<DirectUploads>().AddSingleton<ResumableUploads>().AddSingleton<Submitter>();
        services.AddSingleton<Verdict>().AddSingleton<StaleWrites>().AddSingleton<Foreman>().AddSingleton<IWorkbench>(parts => parts.GetRequiredService<Foreman>());
        services.AddSingleton<JobExecutor>().AddSingleton<LeaseKeeper>();
        // Followers read until the end, so what feeds them starts first and stops last.
        services.AddSingleton<EventFeed>().AddHostedService(parts => parts.GetRequiredService<EventFeed>());
        services.AddSingleton<Upkeep>().AddSingleton<Rescuer>().AddHostedService(parts => parts.GetRequiredService<Rescuer>());
        services.AddSingleton<Janitor>().AddHostedService(parts => parts.GetRequiredService<Janitor>()).AddHostedService<Statistician>();
        if (options.Broker.TellsEvents)
            services.AddSingleton<IEventSink>(parts => new EventExchange(options.Broker, parts.GetRequiredService<TimeProvider>())).AddHostedService<EventPublisher>();
        if (options.Worker.Enabled) services.AddSingleton<Worker>().AddHostedService(parts => parts.GetRequiredService<Worker>());
    }

    /// <summary>All that develops images far from any store, for the server at an address.</summary>
    /// <param name="scratch">An empty folder of its own.</param>
    internal static IServiceCollection AddFarWorker(this IServiceCollection services, FarServer server, RevelaOptions options, string scratch)
    {
        services.AddSingleton(TimeProvider.System).AddSingleton(options.Limits);
        AddPixels(services, new OperationCatalog(TestOperations.IfEnabled), ChildCommand.ThisProgram() with { Variables = [.. options.Onnx.Variables()] }, options);
        services.AddSingleton<ChildPool>().AddSingleton<IStepRunner>(parts => new EngineChain(parts.GetRequiredService<ChildPool>()));
        services.AddSingleton(options.Worker).AddSingleton(WorkerIdentity.Of(options.Worker, TimeProvider.System));
        services.AddSingleton(server).AddSingleton(new FarFiles(server, scratch, TimeProvider.System)).AddSingleton<FarProgress>().AddSingleton<IWorkbench, FarBench>();
        services.AddSingleton<FarSignals>().AddSingleton<ISignals>(parts => parts.GetRequiredService<FarSignals>());
        services.AddHostedService(parts => parts.GetRequiredService<FarSignals>());
        services.AddSingleton<JobExecutor>().AddSingleton<LeaseKeeper>();
        services.AddSingleton<Worker>().AddHostedService(parts => parts.GetRequiredService<Worker>());
        return services;
    }

    /// <summary>The lines of the recipes that are switched on, with their limits.</summary>
    public static IEnumerable<Queue> RecipeQueues(RevelaOptions options)
    {
        if (options.Catalog.Enabled) yield return CatalogRecipe.Queue;
        if (options.RacePhotos.Enabled) yield return RacePhotosRecipe.Queue;
    }

    /// <summary>What lets requests in or refuses them.</summary>
    internal static IServiceCollection AddLocks(this IServiceCollection services, Engine engine, RevelaOptions options)
    {
        services.AddSingleton(parts => new LinkSigner(engine.LinkSecret, options.Links, parts.GetRequiredService<TimeProvider>())).AddSingleton(new RenditionSigner(engine.LinkSecret));
        services.AddSingleton(options.Accounts).AddSingleton<KeyRing>().AddSingleton<SessionRing>().AddSingleton<OriginCheck>();
        return services.AddSingleton<AccessCheck>().AddSingleton<Problems>();
    }

    /// <summary>What a worker beside the servers shows of itself, where an address is given.</summary>
    internal static IServiceCollection AddWorkerDoors(this IServiceCollection services, Engine engine, RevelaOptions options)
    {
        if (options.Metrics.WorkerUrl is null) return services;
        return services.AddSingleton(engine).AddSingleton(TotalsOf).AddHostedService<WorkerDoors>();
    }

    static MeterTotals TotalsOf(IServiceProvider parts) => new(parts.GetRequiredService<ServiceMeter>().Owns, parts.GetRequiredService<StaleWrites>().Owns);

    /// <summary>All that HTTP needs besides.</summary>
    public static IServiceCollection AddDoors(this IServiceCollection services, Engine engine, RevelaOptions options)
    {
        services.ConfigureHttpJsonOptions(json => RevelaJson.Configure(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddCors();
        services.AddOpenApi(ApiDocument.Name, ApiDocument.Configure);
        services.AddLocks(engine, options);
        services.AddSingleton<Passwords>().AddSingleton<SignIn>().AddSingleton<UserBook>().AddSingleton<AuditLog>();
        services.AddSingleton(options.Uploads).AddSingleton<UploadGate>().AddSingleton<UploadReader>().AddSingleton<UrlSource>();
        services.AddSingleton<SmallCopies>().AddSingleton<PipelineChoice>().AddSingleton<Waiting>().AddSingleton<ReadinessProbe>().AddSingleton<EventStream>();
        services.AddSingleton<SubmitJobs>().AddSingleton<StreamJobEvents>().AddSingleton<GetStats>().AddSingleton<StatisticsReader>().AddSingleton<Eraser>();
        services.AddSingleton<SubmitBatch>().AddSingleton<ZippedPictures>().AddSingleton<ListedPictures>().AddSingleton<BatchContents>().AddSingleton<DownloadBatch>();
        services.AddSingleton(TotalsOf).AddSingleton<RenditionMaker>();
        if (options.Smtp.IsOn) services.AddSingleton(new PostOffice(options.Smtp)).AddHostedService<Mailer>();
        if (options.Watch.Folder is not null) services.AddSingleton(options.Watch).AddHostedService<FolderWatcher>();
        if (options.Retention.Kept is { Count: > 0 } kept) services.AddSingleton(kept).AddHostedService<ItemRetention>();
        services.AddSingleton<ScheduledSubmission>().AddHostedService<Scheduler>();
        services.AddSingleton(new Receipts(engine.ReceiptSecret)).AddSingleton<OutputIntake>();
        services.AddSingleton<HeldWork>().AddSingleton<ClaimWork>().AddSingleton<HearBell>();
        services.AddSingleton<StreamNotifications>().AddSingleton<Notifier>().AddHostedService(parts => parts.GetRequiredService<Notifier>());
        services.AddSingleton(options.Webhooks).AddSingleton<WebhookClient>().AddHostedService<Postman>().AddHostedService<Courier>();
        if (options.Cutout.Enabled) services.AddSingleton<Gallery>().AddSingleton<RemoveImageBackground>();
        if (options.RembgServer.Enabled) services.AddSingleton(options.RembgServer).AddSingleton<RemoveNow>();
        if (options.Analyze.Enabled) services.AddSingleton<Analyze>();
        if (options.Catalog.Enabled) services.AddSingleton<Articles>().AddSingleton<ProcessArticles>().AddSingleton<ImportArticles>();
        if (options.RacePhotos.Enabled) services.AddSingleton<RosterBook>().AddSingleton<Photos>().AddSingleton<UploadPhoto>();
        if (options.Showcase.Enabled) services.AddSingleton(options.Showcase).AddSingleton<Characters>().AddSingleton<ProcessCharacter>();
        if (options is { Showcase.Enabled: true, Firestore.IsOn: true })
        {
            services.AddSingleton(options.Firestore).AddSingleton<FirestoreClient>().AddSingleton<CharacterPictures>();
            services.AddSingleton(parts => ActivatorUtilities.CreateInstance<CharacterRuns>(parts, CharacterClaim.StoreName(engine.LinkSecret))).AddHostedService<CharacterWatch>();
        }
        return services.AddDashboard(engine.FormSecret);
    }
}
