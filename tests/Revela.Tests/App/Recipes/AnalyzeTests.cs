using System.Net;
using Revela.App.Recipes.Analyze;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App.Recipes;

/// <summary>The analyze contract, to the letter.</summary>
public sealed class AnalyzeTests
{
    [Fact]
    public async Task An_upload_is_a_task_that_ends_with_a_picture_anyone_with_its_url_can_see()
    {
        await using var live = await LiveServer.Start();
        using var answer = await live.Post("/api/v1/analyze", new MultipartFormDataContent().File(Pictures.New()));
        var accepted = await Task.FromResult(answer).ShouldBe(202);
        accepted.Select(field => field.Key).ShouldBe(["task_id", "status"]);
        accepted["status"]!.ToString().ShouldBe("processing");
        Guid.TryParse(accepted["task_id"]!.ToString(), out _).ShouldBeTrue();
        answer.Headers.Location!.ToString().ShouldBe($"/api/v1/tasks/{accepted["task_id"]}");

        await live.Ended(accepted["task_id"]!.ToString());
        var task = await live.Get($"/api/v1/tasks/{accepted["task_id"]}");
        task.Select(field => field.Key).ShouldBe(["task_id", "status", "result_url", "error", "created_at", "updated_at"]);
        task["status"]!.ToString().ShouldBe("COMPLETED");
        task["error"].ShouldBeNull();
        task["updated_at"]!.GetValue<DateTimeOffset>().ShouldBeGreaterThan(task["created_at"]!.GetValue<DateTimeOffset>());
        using var picture = await live.Stranger.GetAsync(task["result_url"]!.ToString());
        picture.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        Directory.EnumerateFiles(Path.Combine(live.Data), "*.png", SearchOption.AllDirectories).Select(file => file.Contains("processed") ? "processed" : "originals").ShouldBe(["processed", "originals"], ignoreOrder: true);
    }

    [Fact]
    public async Task Fifty_uploads_at_once_are_answered_while_each_still_takes_its_seconds()
    {
        await using var live = await LiveServer.Start(options => options with { Analyze = new AnalyzeOptions { LoadSeconds = 50 } });
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => live.Post("/api/v1/analyze", new MultipartFormDataContent().File(Pictures.New())).ShouldBe(202)));
        answers.Select(answer => answer["task_id"]!.ToString()).Distinct().Count().ShouldBe(50);
        var statuses = new List<string>();
        foreach (var answer in answers)
        {
            var task = await live.Get($"/api/v1/tasks/{answer["task_id"]}");
            task["result_url"].ShouldBeNull();
            statuses.Add(task["status"]!.ToString());
        }
        statuses.ShouldAllBe(status => status == "PENDING" || status == "PROCESSING");
        statuses.ShouldContain("PENDING");
    }

    [Fact]
    public async Task A_cancelled_task_has_failed_with_that_reason()
    {
        await using var live = await LiveServer.Start(options => options with { Analyze = new AnalyzeOptions { LoadSeconds = 50 } });
        var accepted = await live.Post("/api/v1/analyze", new MultipartFormDataContent().File(Pictures.New())).ShouldBe(202);
        await live.Sees(accepted["task_id"]!.ToString(), "job.started");
        (await live.Get($"/api/v1/tasks/{accepted["task_id"]}"))["status"]!.ToString().ShouldBe("PROCESSING");
        await live.Post($"/api/v1/jobs/{accepted["task_id"]}/cancel", null).ShouldBe(202);
        await live.Ended(accepted["task_id"]!.ToString());
        var task = await live.Get($"/api/v1/tasks/{accepted["task_id"]}");
        task["status"]!.ToString().ShouldBe("FAILED");
        task["error"]!.ToString().ShouldNotBeEmpty();
        task["code"]!.ToString().ShouldBe(ErrorCodes.Cancelled);
    }

    [Fact]
    public async Task Bad_requests_are_refused()
    {
        await using var live = await LiveServer.Start();
        await live.Post("/api/v1/analyze", new MultipartFormDataContent { { new StringContent("x"), "note" } }).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Post("/api/v1/analyze", new MultipartFormDataContent().File(Pictures.New()).File(Pictures.New())).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Post("/api/v1/analyze", new MultipartFormDataContent().File([1, 2, 3])).ShouldBeProblem(415, ErrorCodes.UnsupportedFormat);
        await live.Post("/api/v1/analyze", JsonBody("{}")).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Stranger.PostAsync("/api/v1/analyze", null).ShouldBeProblem(401, ErrorCodes.Unauthorized);
        await live.Client.GetAsync($"/api/v1/tasks/{Guid.NewGuid()}").ShouldBeProblem(404, ErrorCodes.NotFound);
        await live.Client.GetAsync("/api/v1/tasks/seven").ShouldBeProblem(404, ErrorCodes.NotFound);
        var other = await live.Develop(Pictures.New(), "grayscale");
        await live.Client.GetAsync($"/api/v1/tasks/{other["id"]}").ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    [Fact]
    public async Task Switched_off_it_is_not_there()
    {
        await using var live = await LiveServer.Start(options => options with { Analyze = new AnalyzeOptions { Enabled = false } });
        await live.Post("/api/v1/analyze", new MultipartFormDataContent().File(Pictures.New())).ShouldBeProblem(404, ErrorCodes.NotFound);
        (await live.Get("/openapi/v1.json"))["paths"]!.AsObject().ContainsKey("/api/v1/analyze").ShouldBeFalse();
    }
}
