using Revela.App.Api.Jobs;
using Revela.Core.Jobs;

namespace Revela.App.Dashboard.Jobs;

/// <summary>POST /jobs/{id}/cancel and /retry.</summary>
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
}
