using System.Text.Json.Nodes;
using Revela.Core.Accounts;
using Revela.Imaging.Header;
using Revela.Providers.Fakes;
using Shouldly;
using Xunit;

namespace Revela.Tests.App;

/// <summary>Money over HTTP: budgets, the calls of a job, and what becomes of jobs that wait for either.</summary>
public sealed class BudgetTests : IAsyncLifetime
{
    const string Restyle = """[{"op":"restyle","prompt":"anything","size":"512"}]""";
    FakeServices fakes = null!;
    LiveServer server = null!;

    public async Task InitializeAsync()
    {
        fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, CancellationToken.None);
        server = await LiveServer.Start(options => options.SentTo(fakes));
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await fakes.DisposeAsync();
    }

    [Fact]
    public async Task A_spent_budget_parks_jobs_and_more_money_lets_them_go_on()
    {
        var made = await Set("pictures", """{"provider":"gemini","amount_usd":0.05}""").ShouldBe(200);
        (made["per"]!.ToString(), made["hard"]!.GetValue<bool>(), made["spent_usd"]!.GetValue<decimal>()).ShouldBe(("day", true, 0));

        (await Completed(await Submit()))["cost_usd"]!.GetValue<decimal>().ShouldBe(0.045m);
        var second = await Submit();
        await server.Sees(second, "job.parked");
        var parked = (await server.Get($"/api/v1/jobs/{second}"))["parked"]!;
        parked["code"]!.ToString().ShouldBe("budget");
        parked["until"].ShouldNotBeNull();

        var raised = await Set("pictures", """{"provider":"gemini","amount_usd":1}""").ShouldBe(200);
        raised["spent_usd"]!.GetValue<decimal>().ShouldBe(0.045m);
        await Completed(second);
        var listed = (await server.Get("/api/v1/budgets"))["budgets"]!.AsArray().ShouldHaveSingleItem()!;
        (listed["name"]!.ToString(), listed["spent_usd"]!.GetValue<decimal>()).ShouldBe(("pictures", 0.09m));

        (await server.Client.DeleteAsync("/api/v1/budgets/pictures")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NoContent);
        await server.Client.DeleteAsync("/api/v1/budgets/pictures").ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task A_call_that_may_be_paid_for_is_shown_and_made_again_only_when_a_person_retries_the_job()
    {
        fakes.Gemini.Meet(Trouble.Cut);
        var id = await Submit();
        await server.Sees(id, "job.parked");
        var job = await server.Get($"/api/v1/jobs/{id}");
        job["parked"]!["code"]!.ToString().ShouldBe("possibly-paid");
        job["links"]!["retry"].ShouldNotBeNull();
        var call = (await server.Get($"/api/v1/jobs/{id}/calls"))["calls"]!.AsArray().ShouldHaveSingleItem()!;
        (call["provider"]!.ToString(), call["op"]!.ToString(), call["state"]!.ToString(), call["usd"]!.GetValue<decimal>()).ShouldBe(("gemini", "restyle", "open", 0.045m));

        await server.Post($"/api/v1/jobs/{id}/retry", null).ShouldBe(202);
        await Completed(id);
        fakes.Gemini.Calls.Count.ShouldBe(2);
        var calls = (await server.Get($"/api/v1/jobs/{id}/calls"))["calls"]!.AsArray();
        calls.Select(one => one!["state"]!.ToString()).ShouldBe(["written-off", "kept"]);
    }

    [Fact]
    public async Task All_that_wait_for_one_reason_can_be_freed_at_once()
    {
        fakes.Gemini.Meet(Trouble.Cut, Trouble.Cut);
        string[] ids = [await Submit(), await Submit()];
        foreach (var id in ids) await server.Sees(id, "job.parked");
        await server.Post("/api/v1/jobs/unpark", LiveServer.JsonBody("""{"code":"boredom"}""")).ShouldBeProblem(400, "invalid-request");
        (await server.Post("/api/v1/jobs/unpark", LiveServer.JsonBody("""{"code":"possibly-paid"}""")).ShouldBe(200))["count"]!.GetValue<int>().ShouldBe(2);
        foreach (var id in ids) await Completed(id);
    }

    [Fact]
    public async Task What_cannot_be_a_budget_is_refused_with_every_mistake()
    {
        await Set("Pictures", """{"amount_usd":1}""").ShouldBeProblem(400, "invalid-request");
        var detail = await Set("pictures", """{"provider":"nobody","amount_usd":-1,"per":"year","limit":3}""").ShouldBeProblem(400, "invalid-request");
        foreach (var field in (string[])["provider", "amount_usd", "per", "limit"]) detail.ShouldContain($"'{field}'");
        using var reader = server.With((await server.NewKey(Scopes.Read | Scopes.Submit)).Plain);
        await reader.GetAsync("/api/v1/budgets").ShouldBeProblem(403, "forbidden");
        using var worker = server.With((await server.NewKey(Scopes.Operate)).Plain);
        await worker.GetAsync("/api/v1/budgets").ShouldBe(200);
        await worker.DeleteAsync("/api/v1/budgets/pictures").ShouldBeProblem(403, "forbidden");
    }

    [Fact]
    public async Task A_batch_says_what_it_took()
    {
        var form = LiveServer.Form(("steps", Restyle)).File(Pictures.New()).File(Pictures.New(20, 30), "other.png");
        var batch = await LiveServer.Json(await server.Post("/api/v1/jobs", form, wait: LiveServer.Patience));
        (await server.Get($"/api/v1/batches/{batch["batch_id"]}"))["cost_usd"]!.GetValue<decimal>().ShouldBe(0.09m);
    }

    [Fact]
    public async Task What_was_spent_is_told_day_by_day()
    {
        await Completed(await Submit());
        var spent = await server.Get("/api/v1/spending");
        spent["usd"]!.GetValue<decimal>().ShouldBe(0.045m);
        var day = spent["days"]!.AsArray().ShouldHaveSingleItem()!;
        (day["provider"]!.ToString(), day["calls"]!.GetValue<int>()).ShouldBe(("gemini", 1));
        (await server.Get("/api/v1/spending?until=2020-01-01"))["days"]!.AsArray().ShouldBeEmpty();
        await server.Client.GetAsync("/api/v1/spending?from=2020-01-02&until=2020-01-01").ShouldBeProblem(400, "invalid-request");
        await server.Client.GetAsync("/api/v1/spending?from=yesterday").ShouldBeProblem(400, "invalid-request");
    }

    [Fact]
    public async Task Prometheus_reads_jobs_and_calls()
    {
        await Completed(await Submit());
        var lines = (await server.Client.GetStringAsync("/metrics")).Split('\n');
        lines.ShouldContain("revela_jobs{queue=\"default\",state=\"completed\"} 1");
        lines.ShouldContain("revela_service_calls_total{service=\"gemini\",operation=\"restyle\",outcome=\"picture\"} 1");
        lines.ShouldContain("revela_service_cost_usd_total{service=\"gemini\",operation=\"restyle\"} 0.045");
        lines.ShouldContain("revela_service_duration_seconds_count{service=\"gemini\",operation=\"restyle\"} 1");
        lines.ShouldContain("revela_service_duration_seconds_bucket{service=\"gemini\",operation=\"restyle\",le=\"+Inf\"} 1");
        lines.ShouldContain("# TYPE revela_service_duration_seconds histogram");
    }

    Task<HttpResponseMessage> Set(string name, string json) => server.Client.PutAsync($"/api/v1/budgets/{name}", LiveServer.JsonBody(json));

    async Task<string> Submit() => (await server.Post("/api/v1/jobs", LiveServer.Form(("steps", Restyle)).File(Pictures.New())).ShouldBe(202))["id"]!.ToString();

    async Task<JsonObject> Completed(string id)
    {
        var job = await server.Ended(id);
        job["state"]!.ToString().ShouldBe("completed", job.ToJsonString());
        return job;
    }
}
