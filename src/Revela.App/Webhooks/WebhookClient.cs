using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Jobs;
using Revela.Core.Webhooks;
using Revela.Providers.Line;

namespace Revela.App.Webhooks;

/// <summary>Sends one message by Standard Webhooks 1.0.0: signed, to public addresses only, following no redirect.</summary>
public sealed class WebhookClient : IDisposable
{
    const int MostResponse = 1024;

    readonly WebhookOptions options;
    readonly IAccountStore accounts;
    readonly TimeProvider time;
    readonly HttpClient client;

    public WebhookClient(WebhookOptions options, IAccountStore accounts, TimeProvider time)
    {
        (this.options, this.accounts, this.time) = (options, accounts, time);
        client = new HttpClient(new AddressGuard(options.AllowsPrivate).Handler()) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Revela");
    }

    /// <summary>An address that messages may be sent to, as far as it tells by itself; what its name leads to is looked at with each connection.</summary>
    /// <exception cref="RevelaException"><c>url-not-allowed</c>.</exception>
    public string Checked(string text)
    {
        var url = AddressGuard.Checked(text);
        var host = url.IdnHost.Trim('[', ']');
        if (IPAddress.TryParse(host, out var literal) && !PublicAddresses.IsPublic(literal) && !options.AllowsPrivate(host))
            throw new RevelaException(ErrorCodes.UrlNotAllowed, "The URL leads to an address that is not public.");
        return url.AbsoluteUri;
    }

    /// <summary>What the callbacks of a tenant's jobs are signed with.</summary>
    public Task<byte[]> CallbackSecret(string tenant, CancellationToken cancel) => accounts.Secret($"callbacks of {tenant}", cancel);

    /// <summary>How a try went; whatever went wrong is told in it. Throws only when cancelled or when the store is away.</summary>
    public async Task<(DeliveryTry Made, TimeSpan? RetryAfter)> Send(ClaimedDelivery claimed, CancellationToken cancel)
    {
        var began = time.GetUtcNow();
        var clock = time.GetTimestamp();
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            using var request = await Request(claimed, began, cancel);
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            var text = await Beginning(answer, both.Token);
            return (new DeliveryTry(began, time.GetElapsedTime(clock), (int)answer.StatusCode, text, null), Replies.RetryAfter(answer, time));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return (Failed("No answer came in time."), null);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException)
        {
            return (Failed(e.InnerException is RevelaException refused ? refused.Error.Message : "The address could not be reached."), null);
        }

        DeliveryTry Failed(string why) => new(began, time.GetElapsedTime(clock), null, null, why);
    }

    async Task<HttpRequestMessage> Request(ClaimedDelivery claimed, DateTimeOffset now, CancellationToken cancel)
    {
        var delivery = claimed.Delivery;
        var secrets = claimed.Secrets.Count > 0 ? claimed.Secrets : [await CallbackSecret(delivery.Tenant, cancel)];
        var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url) { Content = new StringContent(delivery.Body, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", delivery.MessageId);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(secrets, delivery.MessageId, now, delivery.Body));
        return request;
    }

    static async Task<string> Beginning(HttpResponseMessage answer, CancellationToken cancel)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        var bytes = new byte[MostResponse];
        var read = await body.ReadAtLeastAsync(bytes, MostResponse, throwOnEndOfStream: false, cancel);
        return Encoding.UTF8.GetString(bytes.AsSpan(0, read));
    }

    public void Dispose() => client.Dispose();
}
