using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;

namespace Revela.Tests.App.Webhooks;

/// <summary>A message as it arrived.</summary>
sealed record Message(string Path, string Id, long Timestamp, string Signature, string Body)
{
    /// <summary>As the standard's libraries check it, apart from the code under test.</summary>
    public bool IsSignedWith(string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{Id}.{Timestamp.ToString(CultureInfo.InvariantCulture)}.{Body}")));
        return Signature.Split(' ').Contains(expected);
    }
}

/// <summary>Another application on a port of this machine, which answers as it is told to.</summary>
sealed class Receiver : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly WebApplication app;
    readonly ConcurrentQueue<Message> messages = [];
    readonly SemaphoreSlim arrived = new(0);

    Receiver(WebApplication app) => this.app = app;

    readonly ConcurrentDictionary<string, Func<HttpContext, Task>> answers = [];

    public string Address { get; private set; } = "";

    public IReadOnlyList<Message> Messages => [.. messages];

    public static async Task<Receiver> Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        receiver.app.Run(receiver.Take);
        await receiver.app.StartAsync();
        receiver.Address = receiver.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return receiver;
    }

    /// <summary>How the next message to a path is answered; those behind it get 200.</summary>
    public void Answer(string path, Func<HttpContext, Task> answer) => answers[path] = answer;

    public static Func<HttpContext, Task> Status(int status, string? retryAfter = null) => async http =>
    {
        http.Response.StatusCode = status;
        if (retryAfter is not null) http.Response.Headers.RetryAfter = retryAfter;
        await http.Response.WriteAsync("as told");
    };

    public async Task<IReadOnlyList<Message>> Has(int count)
    {
        while (messages.Count < count) (await arrived.WaitAsync(Patience)).ShouldBeTrue($"{messages.Count} of {count} messages arrived");
        return Messages;
    }

    async Task Take(HttpContext http)
    {
        using var body = new StreamReader(http.Request.Body);
        string Header(string name) => http.Request.Headers[name].ToString();
        messages.Enqueue(new Message(
            http.Request.Path, Header("webhook-id"), long.Parse(Header("webhook-timestamp"), CultureInfo.InvariantCulture), Header("webhook-signature"), await body.ReadToEndAsync()));
        arrived.Release();
        if (answers.TryRemove(http.Request.Path, out var answer)) await answer(http);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        arrived.Dispose();
    }
}
