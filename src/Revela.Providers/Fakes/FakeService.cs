using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Revela.Core.Assets;

namespace Revela.Providers.Fakes;

/// <summary>A call that a fake has had.</summary>
/// <param name="Id">The call's own id, if it had one.</param>
/// <param name="Charged">Whether the service would have taken money or credit for it.</param>
/// <param name="Pictures">How many were sent.</param>
public sealed record FakeCall(DateTimeOffset At, string Path, string? Id, Trouble Met, bool Charged, int Pictures);

/// <summary>A server on this machine that speaks one service's wire format, meets trouble when told to, and counts what it would have charged for.</summary>
public sealed class FakeService : IAsyncDisposable
{
    const string CallId = "Idempotency-Key";

    readonly WebApplication app;
    readonly TimeProvider time;
    readonly ConcurrentQueue<FakeCall> calls = new();
    readonly ConcurrentQueue<Trouble> next = new();
    readonly CancellationTokenSource closing = new();

    FakeService(WebApplication app, TimeProvider time) => (this.app, this.time) = (app, time);

    public Uri Address { get; private set; } = null!;

    public IReadOnlyList<FakeCall> Calls => [.. calls];

    /// <summary>What calls meet when nothing was queued by <see cref="Meet"/>; called for each, from many threads.</summary>
    public Func<Trouble> Weather { get; set; } = () => Trouble.None;

    /// <param name="port">0 for a free one.</param>
    /// <param name="map">The routes of the service.</param>
    public static async Task<FakeService> Start(int port, TimeProvider time, Action<WebApplication, FakeService> map, CancellationToken cancel)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "revela" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = 120_000_000;
            kestrel.AddServerHeader = false;
        });
        builder.Services.AddRoutingCore();
        var fake = new FakeService(builder.Build(), time);
        fake.app.UseRouting();
        map(fake.app, fake);
        await fake.app.StartAsync(cancel);
        fake.Address = new Uri(fake.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return fake;
    }

    /// <summary>The next calls meet these, one each.</summary>
    public void Meet(params Trouble[] troubles)
    {
        foreach (var trouble in troubles) next.Enqueue(trouble);
    }

    /// <summary>Decides what a call meets, and notes it.</summary>
    /// <param name="charged">Whether a call that meets this is charged for.</param>
    internal Trouble Take(HttpContext http, Func<Trouble, bool> charged, int pictures = 1)
    {
        var trouble = next.TryDequeue(out var queued) ? queued : Weather();
        string? id = http.Request.Headers[CallId];
        calls.Enqueue(new FakeCall(time.GetUtcNow(), http.Request.Path, id, trouble, charged(trouble), pictures));
        return trouble;
    }

    /// <summary>Sends half of what it promised, and hangs up.</summary>
    internal static async Task Cut(HttpContext http, byte[] body)
    {
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        http.Abort();
    }

    /// <summary>Until the caller hangs up or the fake ends.</summary>
    internal async Task Silence(HttpContext http)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, closing.Token);
        var ended = new TaskCompletionSource();
        using var _ = end.Token.Register(ended.SetResult);
        await ended.Task;
        http.Abort();
    }

    internal static Task Json(HttpContext http, int status, string json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(json, http.RequestAborted);
    }

    internal static Task Png(HttpContext http, byte[] png)
    {
        http.Response.ContentType = "image/png";
        http.Response.ContentLength = png.Length;
        return http.Response.Body.WriteAsync(png, http.RequestAborted).AsTask();
    }

    /// <summary>A file of a form, and its size in pixels; null when the form has none that is a picture.</summary>
    internal static async Task<(int Width, int Height)?> PictureIn(HttpContext http, string field, IHeaderReader headers)
    {
        if (!http.Request.HasFormContentType) return null;
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (form.Files.GetFile(field) is not { } file) return null;
        await using var stream = file.OpenReadStream();
        return Size(stream, headers);
    }

    internal static (int Width, int Height)? Size(Stream stream, IHeaderReader headers)
    {
        try
        {
            var header = headers.Read(stream);
            return (header.Width, header.Height);
        }
        catch (Core.RevelaException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await app.StopAsync();
        await app.DisposeAsync();
        closing.Dispose();
    }
}
