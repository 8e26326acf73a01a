using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Revela.App.Accounts;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Api.Work;

/// <summary>The jobs that far workers hold: found by job and lease together, and only within the key's tenant (law 3).</summary>
public sealed class HeldWork(IWorkSource work, Foreman foreman, StaleWrites stale, IObjectStore objects, IOperations operations, TimeProvider time)
{
    static readonly TimeSpan LinkLifetime = TimeSpan.FromMinutes(15);

    public DateTimeOffset Now => time.GetUtcNow();

    /// <exception cref="RevelaException"><c>stale-lease</c>: it is held no longer; <c>not-found</c>: it is another tenant's.</exception>
    public async Task<ClaimedJob> Get(HttpContext http, Guid jobId, long lease, CancellationToken cancel) =>
        await Find(http, jobId, lease, cancel) ?? throw Stale();

    /// <summary>The same for who wants to write.</summary>
    /// <param name="write">What, as <see cref="StaleWrites"/> counts it.</param>
    public async Task<ClaimedJob> GetFor(string write, HttpContext http, Guid jobId, long lease, CancellationToken cancel)
    {
        if (await Find(http, jobId, lease, cancel) is { } held) return held;
        stale.Refuse(write, jobId, lease);
        throw Stale();
    }

    /// <summary>The group of steps that ends with this one.</summary>
    /// <exception cref="RevelaException"><c>not-found</c>.</exception>
    public StepGroup Group(ClaimedJob held, int stepIndex) => Groups(held).FirstOrDefault(group => group.Last == stepIndex) ?? throw Refusals.NotFound("group of steps");

    public IReadOnlyList<StepGroup> Groups(ClaimedJob held) => Plan.Of(held.Job.Pipeline, operations).Groups;

    /// <summary>A picture's bytes, with ranges; or, when asked to, a link to the storage itself where it has links.</summary>
    /// <exception cref="RevelaException"><c>input-gone</c> or <c>quarantined</c>.</exception>
    public async Task<IResult> Answer(ClaimedJob held, StoredImage picture, bool direct, CancellationToken cancel)
    {
        await foreman.RefuseQuarantined(held, picture, cancel);
        if (direct && objects.Presign(picture.ObjectKey, LinkLifetime) is { } link) return new Elsewhere(link);
        var bytes = await objects.Open(picture.ObjectKey, cancel) ?? throw new RevelaException(JobError.InputGone);
        return TypedResults.Stream(bytes, picture.ContentType, entityTag: new EntityTagHeaderValue($"\"{picture.Sha256}\""), enableRangeProcessing: true);
    }

    /// <summary>Ends an attempt. A repeat whose first answer was lost is answered like the first.</summary>
    /// <exception cref="RevelaException"><c>stale-lease</c>.</exception>
    public async Task<NoContent> Settle(HttpContext http, Guid jobId, long lease, Func<ClaimedJob, AttemptReport> report, CancellationToken cancel)
    {
        var isSettled = await Find(http, jobId, lease, cancel) is { } held
            ? await foreman.Settle(report(held), remember: true, cancel)
            : await foreman.WasSettled(jobId, lease, cancel);
        return isSettled ? TypedResults.NoContent() : throw Stale();
    }

    /// <exception cref="RevelaException"><c>stale-lease</c>.</exception>
    public async Task<NoContent> SaveCheckpoint(ClaimedJob held, Checkpoint checkpoint, CancellationToken cancel) =>
        await foreman.SaveCheckpoint(held, checkpoint, cancel) ? TypedResults.NoContent() : throw Stale();

    async Task<ClaimedJob?> Find(HttpContext http, Guid jobId, long lease, CancellationToken cancel)
    {
        var held = await work.FindHeld(jobId, lease, cancel);
        return held is null || held.Job.Tenant == http.Tenant() ? held : throw Refusals.NotFound("job");
    }

    static RevelaException Stale() => new(ErrorCodes.StaleLease, "This lease is gone: another has the job, or it has ended. Nothing was written.");

    /// <summary>307 to a link that may be somebody's secret for a while: nobody on the way shall keep it.</summary>
    sealed class Elsewhere(Uri link) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            httpContext.Response.Headers.Location = link.AbsoluteUri;
            httpContext.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }
    }
}
