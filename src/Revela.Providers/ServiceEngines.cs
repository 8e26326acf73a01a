using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Revela.Providers.ClipDrop;
using Revela.Providers.Cloudinary;
using Revela.Providers.Firestore;
using Revela.Providers.Gemini;
using Revela.Providers.Rembg;
using Revela.Providers.S3;

namespace Revela.Providers;

/// <summary>The table of engines outside, and the HTTP clients behind them.</summary>
public static class ServiceEngines
{
    static readonly string[] Clients = [BucketClient.Engine, ClipDropClient.Name, CloudinaryClient.Name, FirestoreClient.Name, GeminiClient.Name, RembgClient.Name];

    /// <summary>Every engine, set up or not, in the order of their names.</summary>
    public static IReadOnlyList<OutsideEngine> All(ProviderOptions options, IHttpClientFactory clients, TimeProvider time)
    {
        var clipDrop = new ClipDropClient(clients, options.Clipdrop, time);
        return
        [
            new ClipDropCutout(clipDrop),
            new ClipDropUpscale(clipDrop),
            new GeminiRestyle(new GeminiClient(clients, options.Gemini, time)),
            new CloudinaryPublish(new CloudinaryClient(clients, options.Cloudinary, time)),
            new BucketPublish(new BucketClient(clients, options.Bucket)),
            new RembgCutout(new RembgClient(clients, options.Rembg, time)),
        ];
    }

    /// <summary>A client for each service: follows no redirect, which would carry a key elsewhere, keeps no cookie and logs no header.</summary>
    public static IServiceCollection AddServiceClients(this IServiceCollection services)
    {
        foreach (var name in Clients)
        {
            services.AddHttpClient(name, client => client.Timeout = Timeout.InfiniteTimeSpan).RemoveAllLoggers().ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.None,
                ConnectTimeout = TimeSpan.FromSeconds(10),
                MaxResponseHeadersLength = 32,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            });
        }
        return services;
    }
}
