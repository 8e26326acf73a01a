using System.Text.Json.Nodes;
using Revela.App.Uploads;
using Revela.App.Webhooks;
using Revela.Core;
using Revela.Core.Events;

namespace Revela.App.Api.Webhooks;

/// <summary>What a client says of an endpoint, checked with every mistake told at once; null where it says nothing.</summary>
sealed record WebhookFields(string? Url, string? Description, IReadOnlyList<string>? Events, bool? Enabled)
{
    const int MaxText = 255, MaxUrl = 2048;

    /// <exception cref="RevelaException"><c>invalid-request</c> or <c>url-not-allowed</c>.</exception>
    public static async Task<WebhookFields> Read(HttpRequest request, WebhookClient client, UploadOptions limits, CancellationToken cancel) =>
        Of(await UploadReader.ReadJson(request, limits.MaxFieldBytes, cancel), client);

    /// <exception cref="RevelaException"><c>invalid-request</c> or <c>url-not-allowed</c>.</exception>
    public static WebhookFields Of(JsonObject body, WebhookClient client)
    {
        var fields = new FieldReader(body, isForm: false);
        fields.RefuseOthers(["url", "description", "events", "enabled"]);
        var (url, description) = (fields.Text("url", MaxUrl), fields.Text("description", MaxText));
        var events = body.ContainsKey("events") ? fields.Texts("events", MaxText, EventTypes.All.Count) : null;
        if (events is not null && (events.Count == 0 || events.Any(type => !EventTypes.All.Contains(type))))
            fields.Mistakes.Add($"'events' may hold {string.Join(", ", EventTypes.All)}");
        bool? enabled = body.ContainsKey("enabled") ? fields.Flag("enabled") : null;
        fields.Refuse();
        return new WebhookFields(url is null ? null : client.Checked(url), description, events, enabled);
    }
}
