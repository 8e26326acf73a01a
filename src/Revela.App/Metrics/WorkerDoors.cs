using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.Health;
using Revela.Core.Accounts;

namespace Revela.App.Metrics;

/// <summary>The doors of a worker beside the servers: GET /metrics, behind the lock that a server's has, and GET /health/live.</summary>
sealed class WorkerDoors(Engine engine, RevelaOptions options, MeterTotals totals, ILoggerFactory log, TimeProvider time) : IHostedService, IAsyncDisposable
{
    readonly WebApplication app = Build(engine, options, totals, log, time);

    public Task StartAsync(CancellationToken cancel) => app.StartAsync(cancel);

    public Task StopAsync(CancellationToken cancel) => app.StopAsync(cancel);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    static WebApplication Build(Engine engine, RevelaOptions options, MeterTotals totals, ILoggerFactory log, TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "revela" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls(options.Metrics.WorkerUrl!);
        builder.Services.AddRouting().AddSingleton(log).AddSingleton(time).AddSingleton(options).AddSingleton(totals);
        builder.Services.AddSingleton(engine.Store.Accounts).AddSingleton(engine.Store.Users).AddLocks(engine, options);
        var app = builder.Build();
        app.Use(next => http => app.Services.GetRequiredService<Problems>().Invoke(http, next));
        app.UseRouting();
        app.Use(next => http => app.Services.GetRequiredService<AccessCheck>().Invoke(http, next));
        app.MapGet("/metrics", ReadMetrics.HandleWorker).Needs(Scopes.Read).OfTheHouse();
        app.MapGet("/health/live", CheckLive.Handle).IsOpen();
        return app;
    }
}
