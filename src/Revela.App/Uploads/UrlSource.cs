using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Uploads;

/// <summary>Fetches a picture that a client names by URL, from allowed hosts only, and connects to no address that is not public.</summary>
public sealed class UrlSource : IDisposable
{
    const int MaxRedirects = 5;

    readonly UrlSourceOptions options;
    readonly TimeProvider time;
    readonly ILogger<UrlSource> log;
    readonly HttpClient client;

    public UrlSource(RevelaOptions options, TimeProvider time, ILogger<UrlSource> log)
    {
        (this.options, this.time, this.log) = (options.UrlSources, time, log);
        client = new HttpClient(new AddressGuard(this.options.AllowsPrivate).Handler()) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Revela");
        client.DefaultRequestHeaders.Accept.ParseAdd("image/*");
    }

    /// <summary>Hands the body to <paramref name="read"/> with the name it may go by; the time limit covers both.</summary>
    /// <exception cref="RevelaException"><c>url-not-allowed</c> or <c>url-unreachable</c>.</exception>
    public async Task<T> Fetch<T>(string url, Func<Stream, string?, CancellationToken, Task<T>> read, CancellationToken cancel)
    {
        if (!options.IsOn) throw NotAllowed("Pictures by URL are switched off here: no host is allowed.");
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            var (response, at) = await Follow(Checked(url, null), both.Token);
            using (response)
            {
                await using var body = await response.Content.ReadAsStreamAsync(both.Token);
                return await read(body, FileNames.Clean(Uri.UnescapeDataString(at.Segments[^1])), both.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw Unreachable("The URL did not answer in time.");
        }
        // While the body is read a connection that breaks is an IOException.
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException)
        {
            if (e.InnerException is RevelaException refused) throw refused;
            log.LogInformation(e, "A URL source could not be fetched");
            throw Unreachable("The URL could not be fetched.");
        }
    }

    async Task<(HttpResponseMessage, Uri)> Follow(Uri url, CancellationToken cancel)
    {
        for (var hop = 0; hop <= MaxRedirects; hop++)
        {
            var response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (response.StatusCode == HttpStatusCode.OK) return (response, url);
            using (response)
            {
                var isRedirect = (int)response.StatusCode is 301 or 302 or 303 or 307 or 308;
                if (!isRedirect || response.Headers.Location is not { } location)
                    throw Unreachable($"The URL answered with status {(int)response.StatusCode}.");
                url = Checked(location.OriginalString, url);
            }
        }
        throw Unreachable($"The URL redirects more than {MaxRedirects} times.");
    }

    Uri Checked(string text, Uri? from)
    {
        var url = AddressGuard.Checked(text, from);
        return options.Allows(url.IdnHost.Trim('[', ']')) ? url : throw NotAllowed("The host of the URL is not allowed here.");
    }

    static RevelaException NotAllowed(string message) => new(ErrorCodes.UrlNotAllowed, message);

    static RevelaException Unreachable(string message) => new(ErrorCodes.UrlUnreachable, message, retryable: true);

    public void Dispose() => client.Dispose();
}
