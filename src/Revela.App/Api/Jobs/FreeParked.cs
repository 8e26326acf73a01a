using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Uploads;
using Revela.Core.Jobs;

namespace Revela.App.Api.Jobs;

/// <summary>POST /api/v1/jobs/unpark: lets parked jobs go on, whatever they wait for.</summary>
public static class FreeParked
{
    [EndpointSummary("Free parked jobs")]
    [EndpointDescription("All that are parked for one reason. They are parked again if the reason still holds; a call that may have been paid for is made again. One job is freed by its `retry`.")]
    [Takes(typeof(FreeBody), "application/json", """{"code": "possibly-paid"}""")]
    [Refuses(400, 413, 415)]
    public static async Task<Ok<JobsChanged>> Handle(HttpContext http, IJobStore jobs, UploadOptions limits, CancellationToken cancel)
    {
        var fields = new FieldReader(await UploadReader.ReadJson(http.Request, limits.MaxFieldBytes, cancel), isForm: false);
        fields.RefuseOthers(["code", "queue"]);
        string? code = fields.Text("code", 64), queue = fields.Text("queue", 64);
        if (code is null || !ParkCodes.All.Contains(code)) fields.Mistakes.Add($"'code' must be one of {string.Join(", ", ParkCodes.All)}");
        fields.Refuse();
        return TypedResults.Ok(new JobsChanged(await jobs.Unpark(code!, queue, cancel)));
    }
}
