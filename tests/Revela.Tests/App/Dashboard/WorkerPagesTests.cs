using System.Net;
using Revela.Core.Accounts;
using Revela.Core.Jobs;
using Revela.Core.Queues;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Dashboard;

/// <summary>What an operator orders of workers, and of inputs that are refused.</summary>
public sealed class WorkerPagesTests : IAsyncLifetime
{
    LiveServer live = null!;

    public async Task InitializeAsync() => live = await LiveServer.Start();

    public async Task DisposeAsync() => await live.DisposeAsync();

    [Fact]
    public async Task A_worker_drains_and_works_again()
    {
        using var browser = await Browser.SignedIn(live, Role.Operator);
        await browser.Load("/workers");
        var worker = await Worker();
        (await browser.Do("/workers/drain", ("worker", worker), ("drain", "true"))).ShouldContain("takes nothing new");
        browser.Html.ShouldContain("Drained");
        using var answer = await live.Post("/api/v1/jobs", LiveServer.Form(("pipeline", "grayscale")).File(Pictures.New()));
        var id = (await LiveServer.Json(answer))["id"]!.ToString();
        // Asked as the worker asks: it is given nothing, however much waits.
        (await live.Part<IJobStore>().Claim(new ClaimRequest { Worker = worker, LeaseFor = TimeSpan.FromSeconds(20) }, default)).Jobs.ShouldBeEmpty();
        (await live.Get($"/api/v1/jobs/{id}"))["state"]!.ToString().ShouldBe("pending");
        (await browser.Do("/workers/drain", ("worker", worker), ("drain", "false"))).ShouldContain("takes jobs again");
        (await live.Ended(id))["state"]!.ToString().ShouldBe("completed");

        using var viewer = await Browser.SignedIn(live);
        (await viewer.Load("/workers")).ShouldNotContain("action=\"/workers/drain\"");
        await viewer.Send("/workers/drain", ("worker", worker), ("drain", "true"));
        viewer.Answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var admin = await Browser.SignedIn(live, Role.Admin);
        (await admin.Load("/audit?action=worker.drain")).ShouldContain(worker);
    }

    [Fact]
    public async Task A_refused_input_is_listed_with_its_reason_and_released()
    {
        using var browser = await Browser.SignedIn(live, Role.Operator);
        (await browser.Load("/jobs/quarantine")).ShouldContain("No input is refused");
        var kept = await live.Post("/api/v1/assets", LiveServer.Form().File(Pictures.New(), "poison.png")).ShouldBe(201);
        var hash = kept["sha256"]!.ToString();
        await Refuse(kept["id"]!.GetValue<Guid>(), hash);
        (await browser.Load("/jobs/quarantine")).ShouldContain("poison.png");
        browser.Html.ShouldContain("The decoder died.");
        (await live.Get("/api/v1/quarantine"))["inputs"]!.AsArray().ShouldHaveSingleItem()!["sha256"]!.ToString().ShouldBe(hash);
        using var viewer = await Browser.SignedIn(live);
        (await viewer.Load("/jobs/quarantine")).ShouldNotContain("/release\"");
        (await browser.Do($"/jobs/quarantine/{hash}/release")).ShouldContain("It may be tried again.");
        browser.Html.ShouldContain("No input is refused");
    }

    // It signs on in the moments after the start.
    async Task<string> Worker() => (await Eventually.Sees(() => live.Part<IWorkerStore>().List(default), workers => workers.Count == 1))[0].Id;

    // As a worker does whose decoder died twice on it.
    async Task Refuse(Guid asset, string hash)
    {
        var jobs = live.Part<IJobStore>();
        await live.Part<IWorkerStore>().Drain(await Worker(), true, default);
        var pipeline = live.Part<Revela.Core.Pipelines.PipelineCatalog>().Get("grayscale");
        var draft = new NewJob { Id = Revela.Core.Ids.New(TimeProvider.System), Tenant = Revela.App.Accounts.KeyRing.DefaultTenant, Queue = "poison", Pipeline = pipeline, AssetId = asset };
        await jobs.Submit(new NewSubmission { Jobs = [draft] }, default);
        var claimed = (await jobs.Claim(new ClaimRequest { Worker = "test", LeaseFor = TimeSpan.FromSeconds(20) }, default)).Jobs.Single();
        var died = new JobError(ErrorCodes.Crashed, "The decoder died.", false);
        await jobs.Settle(new Settlement(claimed.Job.Id, claimed.Lease, new Ending.Failed(died, Crash: true, QuarantineSha256: hash), []), default);
    }
}
