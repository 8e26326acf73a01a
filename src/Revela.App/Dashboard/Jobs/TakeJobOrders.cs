using Revela.App.Api.Jobs;
using Revela.Core.Jobs;

namespace Revela.App.Dashboard.Jobs;

/// <summary>POST /jobs/{id}/cancel, /retry and /delete.</summary>
public static class TakeJobOrders
{
    public static async Task<IResult> Cancel(Guid id, HttpContext http, IJobStore jobs, CancellationToken cancel)
    {
        await CancelJob.Handle(id, http, jobs, cancel);
        return Answers.Go(http, Answers.Then(http, $"/jobs/{id:D}"), "job.cancelled");
    }

    public static async Task<IResult> Retry(Guid id, HttpContext http, IJobStore jobs, CancellationToken cancel)
    {
        await RetryJob.Handle(id, http, jobs, cancel);
        return Answers.Go(http, Answers.Then(http, $"/jobs/{id:D}"), "job.retried");
    }
    public static async Task<IResult> Delete(Guid id, HttpContext http, IJobStore jobs, CancellationToken cancel)
    {
        await DeleteJob.Handle(id, http, jobs, cancel);
        return Answers.Go(http, "/jobs", "job.deleted");
    }
}
