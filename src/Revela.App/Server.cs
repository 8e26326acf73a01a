using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Dashboard;
using Revela.App.Metrics;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Accounts;
using Revela.Imaging.Isolation;

namespace Revela.App;

/// <summary>The HTTP server: the engine of <see cref="Setup"/> behind its doors, from start to stop.</summary>
public sealed class Server : IAsyncDisposable
{
    const int JsonBodyBytes = 1024 * 1024;

    readonly WebApplication app;
    readonly Engine engine;
    readonly RevelaOptions options;
    readonly ILoggerFactory? log;

    Server(WebApplication app, Engine engine, RevelaOptions options, ILoggerFactory? log) =>
        (this.app, this.engine, this.options, this.log) = (app, engine, options, log);

    /// <summary>Where it listens, ports filled in.</summary>
    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    /// <summary>The first admin key in plain text, if it was made at this start: to be shown once.</summary>
    public string? NewKey { get; private set; }

    /// <summary>Email of the first administrator, if made at this start.</summary>
    public string? NewAdmin { get; private set; }

    public IServiceProvider Services => app.Services;

    /// <summary>Returns when requests are taken.</summary>
    /// <exception cref="OptionsException">The settings cannot be used.</exception>
    public static async Task<Server> Start(RevelaOptions options, CancellationToken cancel, Action<ILoggingBuilder>? logging = null, ChildCommand? children = null)
    {
        var mistakes = options.Mistakes();
        if (mistakes.Count > 0) throw new OptionsException(mistakes);
        var log = logging is null ? null : LoggerFactory.Create(logging);
        var engine = await Engine.Open(options, children, log, cancel);
        var server = new Server(Build(options, engine, log), engine, options, log);
        try
        {
            await server.Begin(cancel);
            return server;
        }
        catch
        {
            // A worker may be at work already when an address turns out to be taken.
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns when the process is asked to stop and has finished what it was doing.</summary>
    public Task Run(CancellationToken cancel) => app.WaitForShutdownAsync(cancel);

    async Task Begin(CancellationToken cancel)
    {
        // It adds up from the first call on.
        Services.GetRequiredService<MeterTotals>();
        NewKey = await FirstKey.Ensure(engine.Store.Accounts, Services.GetRequiredService<KeyRing>(), options.Data, cancel);
        NewAdmin = await FirstAdmin.Ensure(engine.Store.Users, Services.GetRequiredService<UserBook>(), options, cancel);
        foreach (var queue in Setup.RecipeQueues(options)) await engine.Store.Queues.EnsureExists(queue, cancel);
        await app.StartAsync(cancel);
        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Addresses = [.. bound.Select(ServerFile.Reachable)];
        ServerFile.Write(options.Data, Addresses[0]);
    }

    static WebApplication Build(RevelaOptions options, Engine engine, ILoggerFactory? log)
    {
        // No appsettings, environment or command line of its own: all settings come through RevelaOptions.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "revela" });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, options)).UseUrls([.. options.UrlList]);
        if (log is not null) builder.Services.AddSingleton(log);
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, LargeBlocks>();
        builder.Services.AddRouting();
        builder.Services.AddEngine(engine, options);
        builder.Services.AddDoors(engine, options);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        var app = builder.Build();
        UseDoors(app, options);
        return app;
    }

    // The way of a request.
    static void UseDoors(WebApplication app, RevelaOptions options)
    {
        app.Use(next => http => app.Services.GetRequiredService<Problems>().Invoke(http, next));
        LimitedBody.Use(app, JsonBodyBytes);
        app.UseRouting();
        // Before the lock: a browser asks without credentials whether a page of another origin may ask at all.
        if (options.Accounts.Origins is { Count: > 0 } origins)
            app.UseCors(pages => pages.WithOrigins([.. origins.Select(origin => origin.TrimEnd('/'))]).AllowCredentials().AllowAnyHeader().AllowAnyMethod());
        app.Use(next => http => app.Services.GetRequiredService<AccessCheck>().Invoke(http, next));
        DocsPage.Use(app);
        ApiRoutes.Map(app, options);
        DashboardRoutes.Map(app);
    }

    static void Configure(KestrelServerOptions kestrel, RevelaOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null; // LimitedBody's
        kestrel.Limits.MaxRequestBufferSize = 256 * 1024;
        kestrel.Limits.MaxConcurrentConnections = 10_000;
        if (options.CertificateFile is not { } file) return;
        var certificate = X509Certificate2.CreateFromPemFile(file, options.CertificateKeyFile ?? file);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(file);
        kestrel.ConfigureHttpsDefaults(https => (https.ServerCertificate, https.ServerCertificateChain) = (certificate, chain));
    }

    public async ValueTask DisposeAsync()
    {
        ServerFile.Delete(options.Data);
        await app.StopAsync();
        await app.DisposeAsync();
        await engine.DisposeAsync();
        log?.Dispose();
    }
}
