using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Dashboard.Develop;

/// <summary>Has pictures developed for whoever asks in the dashboard.</summary>
public sealed class Developing(DirectUploads direct, Submitter submitter, UploadOptions limits)
{
    /// <returns>The address of the page where it can be watched.</returns>
    /// <exception cref="RevelaException"><c>not-found</c> for a picture that is none of the tenant's, or what the submitter says.</exception>
    public async Task<string> Begin(HttpContext http, IReadOnlyList<Guid> ids, Pipeline pipeline, CancellationToken cancel)
    {
        var jobs = await Submit(http, ids, new SubmitRequest { Tenant = http.Tenant(), Assets = [], Pipeline = pipeline }, cancel);
        return jobs is [var one] ? $"/jobs/{one.JobId:D}" : $"/batches/{jobs[0].BatchId:D}";
    }

    /// <param name="request">What is asked for besides the pictures.</param>
    /// <exception cref="RevelaException"><c>not-found</c> for a picture that is none of the tenant's, or what the submitter says.</exception>
    public async Task<IReadOnlyList<Submitted>> Submit(HttpContext http, IReadOnlyList<Guid> ids, SubmitRequest request, CancellationToken cancel)
    {
        if (ids.Count == 0) throw Refusals.Invalid("Choose pictures first.");
        if (ids.Count > limits.MaxFiles) throw Refusals.Invalid($"At most {limits.MaxFiles} pictures at once.");
        var pictures = new List<Asset>(ids.Count);
        foreach (var id in ids) pictures.Add(await direct.Finish(http.Tenant(), id, null, cancel) ?? throw Refusals.NotFound("picture"));
        return await submitter.Submit(request with { Assets = pictures, AsBatch = pictures.Count > 1 }, cancel);
    }
}
