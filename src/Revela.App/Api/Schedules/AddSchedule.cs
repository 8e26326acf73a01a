using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Schedules;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Schedules;

namespace Revela.App.Api.Schedules;

/// <summary>POST /api/v1/schedules: a submission that is made again and again.</summary>
public static class AddSchedule
{
    const int MaxText = 255;

    [EndpointSummary("Add a schedule")]
    [EndpointDescription("Submits `request` as a batch whenever `cron` says, in `time_zone`. Times that pass while no server runs are made up for once.")]
    [Takes(typeof(ScheduleBody), "application/json", """{"name": "nightly catalogue", "cron": "0 2 * * *", "time_zone": "Europe/Madrid", "request": {"collection": "articles", "pipeline": "web"}}""")]
    [ProducesResponseType<ScheduleView>(201)]
    [Refuses(400, 409, 413, 415, 422)]
    public static async Task<IResult> Handle(
        HttpContext http, IScheduleStore schedules, ScheduledSubmission submission, AuditLog audit, UploadOptions limits, TimeProvider time, CancellationToken cancel)
    {
        var fields = new FieldReader(await UploadReader.ReadJson(http.Request, limits.MaxFieldBytes, cancel), isForm: false);
        fields.RefuseOthers(["name", "cron", "time_zone", "request"]);
        var (name, cron, zone, request) = (fields.Text("name", MaxText), fields.Text("cron", MaxText), fields.Text("time_zone", MaxText) ?? "UTC", fields.Object("request"));
        if (string.IsNullOrWhiteSpace(name)) fields.Mistakes.Add("'name' is missing");
        if (request is null) fields.Mistakes.Add("'request' is missing");
        if (CronTime.Mistake(cron ?? "") is { } mistake) fields.Mistakes.Add(mistake);
        if (!CronTime.IsZone(zone)) fields.Mistakes.Add("'time_zone' is not known");
        fields.Refuse();
        submission.Check(http.Tenant(), request!);

        var now = time.GetUtcNow();
        var schedule = new Schedule { Id = Ids.New(time), Tenant = http.Tenant(), Name = name!, Cron = cron!, TimeZone = zone, Request = request!, CreatedAt = now };
        schedule = schedule with { NextAt = CronTime.Next(schedule, now) };
        if (!await schedules.Add(schedule, cancel)) throw Refusals.WrongState("There is a schedule of this name already.");
        await audit.Note(http, "schedule.add", schedule.Id.ToString("D"));
        return TypedResults.Json(ScheduleView.Of(schedule), RevelaJson.Options, statusCode: 201);
    }
}
