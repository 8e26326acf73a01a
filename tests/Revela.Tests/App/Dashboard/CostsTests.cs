using System.Net;
using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Imaging.Header;
using Revela.Providers.Fakes;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Dashboard;

/// <summary>The page of costs: what was taken, what may be, and what waits for money or for a decision.</summary>
public sealed class CostsTests : IAsyncLifetime
{
    const string Restyle = """[{"op":"restyle","prompt":"anything","size":"512"}]""";

    FakeServices fakes = null!;
    LiveServer live = null!;

    public async Task InitializeAsync()
    {
        fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, CancellationToken.None);
        live = await LiveServer.Start(options => options.SentTo(fakes));
    }

    public async Task DisposeAsync()
    {
        await live.DisposeAsync();
        await fakes.DisposeAsync();
    }

    [Fact]
    public async Task A_budget_is_made_spent_raised_and_deleted()
    {
        using var admin = await Browser.SignedIn(live, Role.Admin);
        (await admin.Load("/costs")).ShouldContain("There is no budget yet");
        (await admin.Do("/costs/budgets", ("name", "pictures"), ("amount", "0.05"), ("per", "day"), ("provider", "gemini"), ("tenant", ""), ("hard", "true"))).ShouldContain("The budget pictures holds now.");
        await admin.Send("/costs/budgets", ("name", "pictures"), ("amount", "9"), ("per", "day"));
        admin.Answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await admin.Send("/costs/budgets", ("name", "Pictures of all"), ("amount", "9"));
        admin.Answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await admin.Send("/costs/budgets/pictures", ("amount", "much"), ("per", "year"))).ShouldContain("'amount_usd' must be");

        await live.Ended(await Submit());
        var second = await Submit();
        await live.Sees(second, "job.parked");
        (await admin.Load("/")).ShouldContain("Spent today");
        (await admin.Load("/costs")).ShouldContain("/jobs?state=parked&reason=budget");
        admin.Html.ShouldContain("$0.0450");
        admin.Html.ShouldContain("gemini");
        (await admin.Load("/jobs?state=parked&reason=budget")).ShouldContain($"/jobs/{second}\"");
        (await admin.Load("/jobs?state=parked&reason=quota")).ShouldNotContain($"/jobs/{second}\"");

        await admin.Load("/costs");
        (await admin.Do("/costs/budgets/pictures", ("amount", "1.5"), ("per", "month"))).ShouldContain("The budget pictures was changed");
        await live.Ended(second);
        var budget = (await live.Part<IBudgetStore>().List(default)).ShouldHaveSingleItem().Budget;
        (budget.AmountUsd, budget.Per, budget.Hard, budget.Provider).ShouldBe((1.5m, BudgetPeriod.Month, false, null));
        await admin.Load("/costs");
        (await admin.Do("/costs/budgets/pictures/delete")).ShouldContain("The budget pictures is gone.");
        (await admin.Load("/audit?action=budget.delete")).ShouldContain("pictures");
    }

    [Fact]
    public async Task A_call_that_may_have_been_paid_for_waits_for_a_decision()
    {
        fakes.Gemini.Meet(Trouble.Cut, Trouble.Cut);
        string[] jobs = [await Submit(), await Submit()];
        foreach (var job in jobs) await live.Sees(job, "job.parked");
        using var browser = await Browser.SignedIn(live, Role.Submitter);
        (await browser.Load("/costs")).ShouldContain("These calls may have been paid for");
        browser.Html.ShouldContain("gemini · $0.0450");
        (await browser.Do($"/jobs/{jobs[0]}/retry", ("then", "/costs"))).ShouldContain("The job goes on.");
        (await live.Ended(jobs[0]))["state"]!.ToString().ShouldBe("completed");
        await browser.Load("/costs");
        (await browser.Do($"/jobs/{jobs[1]}/cancel", ("then", "https://elsewhere.example"))).ShouldContain("On the enlarger");
        (await live.Ended(jobs[1]))["state"]!.ToString().ShouldBe("cancelled");
        (await browser.Load("/costs")).ShouldNotContain("These calls may have been paid for");
    }

    [Fact]
    public async Task Budgets_are_the_houses_and_changed_by_those_who_may()
    {
        await live.Part<IBudgetStore>().Save(new Budget("all", null, null, 5, BudgetPeriod.Day, true), default);
        using var viewer = await Browser.SignedIn(live);
        (await viewer.Load("/costs")).ShouldNotContain("budget-all");
        await viewer.Send("/costs/free", ("code", ParkCodes.Budget));
        viewer.Answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        using var @operator = await Browser.SignedIn(live, Role.Operator);
        (await @operator.Load("/costs")).ShouldContain("budget-all");
        @operator.Html.ShouldNotContain("action=\"/costs/budgets");
        (await @operator.Do("/costs/free", ("code", ParkCodes.Budget))).ShouldContain("0 jobs go on.");
        foreach (var code in (string[])[ParkCodes.PossiblyPaid, "anything"])
        {
            await @operator.Send("/costs/free", ("code", code));
            @operator.Answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }

        using var other = await Browser.SignedIn(live, Role.Admin, tenant: "shop");
        (await other.Load("/costs")).ShouldNotContain("budget-all");
        await other.Send("/costs/budgets", ("name", "mine"), ("amount", "1"));
        other.Answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    async Task<string> Submit()
    {
        using var answer = await live.Post("/api/v1/jobs", LiveServer.Form(("steps", Restyle)).File(Pictures.New(), $"{Ids.New(TimeProvider.System)}.png"));
        return (await LiveServer.Json(answer))["id"]!.ToString();
    }
}
