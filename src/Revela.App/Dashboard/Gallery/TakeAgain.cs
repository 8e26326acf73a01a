using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Dashboard.Develop;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Dashboard.Gallery;

/// <summary>POST /gallery/again: does what a job did once more, with other settings.</summary>
public static class TakeAgain
{
    public static async Task<IResult> Handle(HttpContext http, IJobStore jobs, IOperations operations, Developing developing, CancellationToken cancel)
    {
        var form = http.Request.Form;
        var job = Guid.TryParse(form["job"], out var id) ? await jobs.Get(http.Tenant(), id, cancel) : null;
        if (job is null) throw Refusals.NotFound("job");
        var pipeline = StepForm.Read(job.Pipeline, form, operations);
        return Answers.Go(http, await developing.Begin(http, [job.AssetId], pipeline, cancel), "develop.begun", "1");
    }
}
