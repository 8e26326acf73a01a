using System.Net;
using System.Net.Sockets;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Uploads;

/// <summary>Connects for requests to addresses that clients name, and to none that is not public unless its host is allowed by name (law 12).</summary>
/// <remarks>The address is checked at connect time on the very address that is connected to, so that neither a redirect nor a changing DNS answer slips through.</remarks>
/// <param name="allowsPrivate">Whether a host may have an address that is not public.</param>
public sealed class AddressGuard(Func<string, bool> allowsPrivate)
{
    /// <summary>A handler that follows no redirect, keeps no cookie and uses no proxy.</summary>
    public SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxConnectionsPerServer = 8,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        MaxResponseHeadersLength = 32,
        ConnectCallback = Connect,
    };

    /// <summary>An absolute http or https URL without a user name.</summary>
    /// <exception cref="RevelaException"><c>url-not-allowed</c>.</exception>
    public static Uri Checked(string text, Uri? from = null)
    {
        if (!(from is null ? Uri.TryCreate(text, UriKind.Absolute, out var url) : Uri.TryCreate(from, text, out url)) || url.Scheme is not ("http" or "https"))
            throw NotAllowed("Only http and https URLs can be used.");
        return url.UserInfo.Length == 0 ? url : throw NotAllowed("A URL with a user name or password cannot be used.");
    }

    async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var host = context.DnsEndPoint.Host.Trim('[', ']');
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancel);
        if (addresses.Length == 0) throw new RevelaException(ErrorCodes.UrlUnreachable, "The host of the URL has no address.", retryable: true);
        if (!allowsPrivate(host) && !addresses.All(PublicAddresses.IsPublic)) throw NotAllowed("The URL leads to an address that is not public.");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static RevelaException NotAllowed(string message) => new(ErrorCodes.UrlNotAllowed, message);
}
