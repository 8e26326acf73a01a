using System.Globalization;
using System.Text.Json.Nodes;
using Revela.App.Api;
using Revela.App.Uploads;
using Revela.App.Webhooks;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Items;
using Revela.Core.Jobs;
using Revela.Core.Schedules;

namespace Revela.App.Schedules;

/// <summary>
/// Submits what a schedule says, as a batch: its <c>asset_id</c>s, what its <c>url</c>s lead to now, and the picture of each item in its <c>collection</c>: the one that it was given, as its own jobs begin with, whatever was made of it.
/// One time of a schedule makes one batch, however often it is tried.
/// </summary>
public sealed class ScheduledSubmission(
    IItemStore items, IAssetStore assets, UploadGate gate, UploadOptions limits, ListedPictures lists, PipelineChoice pipelines, WebhookClient webhooks, Submitter submitter)
{
    public const string Collection = "collection";
    const int Page = 500;

    /// <summary>Looks at a request without submitting it.</summary>
    /// <exception cref="RevelaException">What is wrong with it.</exception>
    public JobRequest Check(string tenant, JsonObject request)
    {
        var read = JobRequest.Read(new Upload(tenant, assets, NoPlace.Instance) { Fields = Without(request) });
        pipelines.Of(read);
        if (read.CallbackUrl is { } url) webhooks.Checked(url);
        if (read.Idempotency is not null || read.RunAt is not null) throw Refusals.Invalid("'idempotency' and 'run_at' say nothing here: the schedule does.");
        if (read.AssetIds.Count + read.Urls.Count == 0 && CollectionOf(request) is null) throw Refusals.Invalid("Send an 'asset_id', a 'url' or a 'collection' in 'request'.");
        return read;
    }

    /// <summary>The batch; null when there is nothing to submit.</summary>
    /// <exception cref="RevelaException">Nothing of it could be taken, or it is not taken now.</exception>
    public async Task<Guid?> Submit(Schedule schedule, DateTimeOffset at, CancellationToken cancel)
    {
        var request = Check(schedule.Tenant, schedule.Request);
        await using var upload = new Upload(schedule.Tenant, assets, gate.Enter());
        IReadOnlyList<ListedInput> listed = [.. request.Urls.Select(url => new ListedInput(url, null, null)), .. request.AssetIds.Select(id => new ListedInput(id.ToString("D"), id, null))];
        var (known, refused) = await lists.Take(upload, listed, cancel);
        IReadOnlyList<Asset> inputs = [.. upload.Received, .. known, .. await Pictures(schedule, cancel)];
        if (inputs.Count == 0) return refused.Count == 0 ? null : throw Refusals.Invalid($"Nothing of it could be taken; the first: {refused[0].Message}");
        var submission = request.ToSubmission(schedule.Tenant, inputs, pipelines.Of(request)) with
        {
            AsBatch = true,
            BatchName = request.BatchName ?? schedule.Name,
            IdempotencyKey = string.Create(CultureInfo.InvariantCulture, $"schedule {schedule.Id:D} {at.ToUnixTimeSeconds()}"),
        };
        var submitted = await submitter.Submit(submission, cancel);
        if (submitted.Any(job => job.Kind != SubmissionKind.Replayed)) upload.Keep();
        return submitted[0].BatchId;
    }

    async Task<IReadOnlyList<Asset>> Pictures(Schedule schedule, CancellationToken cancel)
    {
        if (CollectionOf(schedule.Request) is not { } collection) return [];
        var found = new List<Asset>();
        string? cursor = null;
        do
        {
            var page = await items.List(schedule.Tenant, collection, null, cursor, Page, cancel);
            foreach (var item in page.Items)
                if ((item.OriginalId ?? item.AssetId) is { } picture && await assets.Get(schedule.Tenant, picture, cancel) is { } asset) found.Add(asset);
            cursor = page.Next;
        }
        while (cursor is not null && found.Count < limits.MaxFiles);
        return found;
    }

    static string? CollectionOf(JsonObject request) => request[Collection] is JsonValue value && value.TryGetValue<string>(out var name) && name.Length > 0 ? name : null;

    static JsonObject Without(JsonObject request)
    {
        var rest = (JsonObject)request.DeepClone();
        rest.Remove(Collection);
        return rest;
    }

    sealed class NoPlace : IDisposable
    {
        public static readonly NoPlace Instance = new();

        public void Dispose()
        {
        }
    }
}
