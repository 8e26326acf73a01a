using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Providers.Line;

namespace Revela.Providers.Firestore;

/// <summary>JSON calls to Google that cost nothing: what is away is an outage, what is refused names the setting.</summary>
static class GoogleCalls
{
    const int MostReplyBytes = 16 * 1024 * 1024;

    /// <exception cref="OutageException">It cannot be reached, or did not answer in time.</exception>
    public static async Task<(HttpStatusCode Status, JsonNode? Reply)> Send(
        IHttpClientFactory clients, HttpRequestMessage request, TimeSpan atMost, TimeProvider time, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            using var client = clients.CreateClient(FirestoreClient.Name);
            using var reply = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            using var json = await Replies.Json(reply.Content, MostReplyBytes, either.Token);
            if ((int)reply.StatusCode is 429 or >= 500) throw Away($"it answers with status {(int)reply.StatusCode}");
            if (json is null && reply.StatusCode == HttpStatusCode.OK) throw Away("it answers with nothing that can be read");
            return (reply.StatusCode, json is null ? null : JsonNode.Parse(json.RootElement.GetRawText()));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw Away("it cannot be reached");
        }
    }

    public static string? StatusOf(JsonNode? reply) => (reply as JsonObject)?["error"] is JsonObject error && error["status"] is JsonValue status && status.GetValueKind() == JsonValueKind.String ? status.GetValue<string>() : null;

    /// <param name="setting">Where the mistake most likely is.</param>
    public static RevelaException Refused(HttpStatusCode status, JsonNode? reply, string setting)
    {
        var error = (reply as JsonObject)?["error"];
        var reason = Replies.Plain((error as JsonObject)?["message"]?.ToString() ?? error?.ToString(), key: null);
        return new RevelaException(ErrorCodes.Misconfigured, $"Firestore refuses ({(int)status}: {reason}): look at {setting}.");
    }

    static OutageException Away(string how) => new(ErrorCodes.ServiceUnavailable, $"Firestore is away: {how}.");
}
