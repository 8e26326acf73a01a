using System.Net;
using System.Text.Json.Nodes;
using Revela.App.Accounts;
using Revela.Core.Accounts;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Notices;
using Revela.Core.Pipelines;
using Revela.Core.Queues;
using Revela.Tests.App.Accounts;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Dashboard;

/// <summary>The operator's pages: what they show, and what their forms do.</summary>
[Collection(nameof(SharedServer))]
public sealed class PagesTests(SharedServer shared)
{
    LiveServer Live => shared.Live;

    [Fact]
    public async Task A_job_is_found_by_its_name_and_shows_its_pictures_steps_and_events()
    {
        var job = await Live.Develop(Pictures.New(), "grayscale", "harbour at dawn.png");
        var id = job["id"]!.ToString();
        using var browser = await Browser.SignedIn(Live);
        (await browser.Load("/jobs?search=harbour+at&state=completed&queue=&pipeline=grayscale")).ShouldContain($"/jobs/{id}\"");
        (await browser.Load($"/jobs/{id}")).ShouldContain("harbour at dawn.png");
        browser.Html.ShouldContain($"/api/v1/assets/{job["outputs"]![0]!["asset_id"]}/thumbnail?size=large");
        browser.Html.ShouldContain("grayscale");
        browser.Html.ShouldContain("Accepted");
        browser.Html.ShouldNotContain($"action=\"/jobs/{id}/retry\"");
        (await browser.Load("/")).ShouldContain($"/jobs/{id}\"");
        await browser.Load($"/jobs/{Guid.NewGuid():D}");
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_somebody_wrote_stays_text()
    {
        const string hostile = "\"><script>alert(1)</script><img src=x onerror=alert(2)>";
        var metadata = new JsonObject { ["note"] = hostile, ["in"] = new JsonObject { ["deep"] = new JsonArray(new JsonObject { [hostile] = hostile }) } };
        var form = LiveServer.Form(("pipeline", "grayscale"), ("metadata", metadata.ToJsonString()), ("tags", "<b>"));
        using var answer = await Live.Post("/api/v1/jobs", form.File(Pictures.New(), "a.png"), wait: LiveServer.Patience);
        var id = (await LiveServer.Json(answer))["id"]!.ToString();
        using var browser = await Browser.SignedIn(Live);
        await browser.Load($"/jobs/{id}");
        browser.Raw.ShouldNotContain("<script>alert");
        browser.Raw.ShouldNotContain("<img src=x");
        browser.Raw.ShouldNotContain("<b>");
        browser.Html.ShouldContain(hostile);
        await browser.Load($"/jobs?search={Uri.EscapeDataString(hostile)}");
        browser.Raw.ShouldNotContain("<script>alert");
        browser.Html.ShouldContain(hostile);
    }

    [Fact]
    public async Task A_job_is_cancelled_and_retried_by_whoever_may()
    {
        var id = await Waiting("cancelled-here");
        using var viewer = await Browser.SignedIn(Live);
        (await viewer.Load($"/jobs/{id}")).ShouldNotContain($"action=\"/jobs/{id}/cancel\"");
        await viewer.Send($"/jobs/{id}/cancel");
        viewer.Answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        using var submitter = await Browser.SignedIn(Live, Role.Submitter);
        await submitter.Load($"/jobs/{id}");
        (await submitter.Do($"/jobs/{id}/cancel")).ShouldContain("The job is cancelled");
        (await submitter.Do($"/jobs/{id}/retry")).ShouldContain("The job goes on.");
        (await submitter.Load($"/jobs/{id}")).ShouldNotContain("The job goes on.");
        await submitter.Do($"/jobs/{id}/cancel");
    }

    [Fact]
    public async Task A_job_that_has_ended_is_deleted_by_whoever_may()
    {
        var id = await Waiting("deleted-here");
        using var submitter = await Browser.SignedIn(Live, Role.Submitter);
        (await submitter.Load($"/jobs/{id}")).ShouldNotContain($"action=\"/jobs/{id}/delete\"");
        await submitter.Send($"/jobs/{id}/delete");
        submitter.Answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await submitter.Load($"/jobs/{id}");
        await submitter.Do($"/jobs/{id}/cancel");

        using var viewer = await Browser.SignedIn(Live);
        (await viewer.Load($"/jobs/{id}")).ShouldNotContain($"action=\"/jobs/{id}/delete\"");
        await viewer.Send($"/jobs/{id}/delete");
        viewer.Answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        (await submitter.Load($"/jobs/{id}")).ShouldContain($"action=\"/jobs/{id}/delete\"");
        (await submitter.Do($"/jobs/{id}/delete")).ShouldContain("The job is gone.");
        await submitter.Load($"/jobs/{id}");
        submitter.Answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task All_that_match_are_counted_before_and_done_together()
    {
        const string queue = "bulk-here";
        foreach (var _ in Enumerable.Range(0, 3)) await Waiting(queue);
        using var browser = await Browser.SignedIn(Live, Role.Submitter);
        (await browser.Load($"/jobs?state=pending&queue={queue}")).ShouldContain($"/jobs/cancel?state=pending&queue={queue}");
        (await browser.Load($"/jobs?queue={queue}")).ShouldContain($"/jobs/cancel?queue={queue}");
        (await browser.Load("/jobs")).ShouldNotContain("/jobs/cancel");
        (await browser.Load($"/jobs/cancel?state=pending&queue={queue}")).ShouldContain("Cancel 3 jobs");
        (await browser.Do("/jobs/cancel", ("state", "pending"), ("queue", queue))).ShouldContain("3 jobs were cancelled.");
        (await Live.Part<IJobStore>().Ledger(default)).Single(ledger => ledger.Queue == queue).Cancelled.ShouldBe(3);
        (await browser.Load($"/jobs/retry?state=cancelled&queue={queue}")).ShouldContain("Retry 3 jobs");
        (await browser.Do("/jobs/retry", ("state", "cancelled"), ("queue", queue))).ShouldContain("3 jobs go on.");
        await browser.Do("/jobs/cancel", ("queue", queue));
        (await browser.Load($"/jobs?state=cancelled&queue={queue}")).ShouldContain($"/jobs/delete?state=cancelled&queue={queue}");
        (await browser.Load($"/jobs/delete?state=cancelled&queue={queue}")).ShouldContain("Delete 3 jobs");
        (await browser.Do("/jobs/delete", ("state", "cancelled"), ("queue", queue))).ShouldContain("3 jobs were deleted.");
        (await browser.Load($"/jobs?queue={queue}")).ShouldContain("No job matches");
        using var admin = await Browser.SignedIn(Live, Role.Admin);
        (await admin.Load("/audit?action=job.cancel-all")).ShouldContain($"/jobs?queue={queue}");
    }

    [Fact]
    public async Task A_queue_is_paused_resumed_limited_and_cleaned()
    {
        const string queue = "kept-here";
        await Live.Part<IQueueStore>().Save(new Queue { Name = queue }, default);
        using var browser = await Browser.SignedIn(Live, Role.Operator);
        (await browser.Load("/queues")).ShouldContain($"action=\"/queues/{queue}/pause\"");
        (await browser.Do($"/queues/{queue}/pause")).ShouldContain($"{queue} is paused");
        browser.Html.ShouldContain($"action=\"/queues/{queue}/resume\"");
        (await browser.Load("/")).ShouldContain("<span>Paused: <a href=\"/queues\">");
        await browser.Load("/queues");
        await browser.Do($"/queues/{queue}/resume");
        await browser.Do($"/queues/{queue}", ("concurrency", "3"), ("global_limit", ""), ("rate_limit", "10"), ("rate_period_seconds", "5 min"), ("min_gap_seconds", "2 s"), ("keep_for_seconds", "7 d"));
        browser.Html.ShouldContain("3 per worker · 10 per 5 min · gap of 2 s · kept for 7 d");
        (await Live.Part<IQueueStore>().Get(queue, default))!.MinGap.ShouldBe(TimeSpan.FromSeconds(2));
        (await browser.Do($"/queues/{queue}/clean", ("older_than", "7 d"))).ShouldContain("0 jobs were deleted.");
        (await browser.Send($"/queues/{queue}", ("concurrency", "many"), ("min_gap_seconds", "-"))).ShouldContain("'concurrency' must be a whole number; 'min_gap_seconds' must be a number");
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var viewer = await Browser.SignedIn(Live);
        (await viewer.Load("/queues")).ShouldNotContain("action=\"/queues/");
    }

    [Fact]
    public async Task A_person_gets_a_password_that_is_shown_once_and_another_role()
    {
        using var browser = await Browser.SignedIn(Live, Role.Admin);
        await browser.Load("/people");
        var email = $"{Guid.NewGuid():N}@example.com";
        (await browser.Send("/people", ("email", email), ("name", ""), ("role", "submitter"))).ShouldContain($"The password of {email}:");
        var password = browser.Html.Split("<code>")[1].Split("</code>")[0];
        (await browser.Load("/people")).ShouldNotContain(password);

        using var fresh = Browser.Of(Live);
        await fresh.Load("/sign-in");
        await fresh.Do("/sign-in", ("email", email), ("password", password));
        fresh.Answer.StatusCode.ShouldBe(HttpStatusCode.OK);

        var id = (await Live.Part<IUserStore>().Find(email, default))!.Id;
        await browser.Load("/people");
        (await browser.Do($"/people/{id:D}", ("role", "operator"), ("disabled", "true"))).ShouldContain("Done");
        var changed = (await Live.Part<IUserStore>().Get(id, default))!;
        (changed.Role, changed.DisabledAt is not null).ShouldBe((Role.Operator, true));
    }

    [Fact]
    public async Task A_key_is_made_shown_once_and_revoked()
    {
        using var browser = await Browser.SignedIn(Live, Role.Admin);
        await browser.Load("/keys");
        await browser.Send("/keys", ("name", "from the page"), ("scopes", "read"), ("scopes", "submit"));
        var plain = browser.Html.Split("<code>")[1].Split("</code>")[0];
        using (var client = Live.With(plain)) (await client.GetAsync("/api/v1/jobs")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await browser.Load("/keys")).ShouldNotContain(plain);
        var key = (await Live.Part<IAccountStore>().ListKeys(default)).Single(key => key.Name == "from the page");
        await browser.Do($"/keys/{key.Id:D}/revoke");
        (await Live.Part<IAccountStore>().ListKeys(default)).Single(one => one.Id == key.Id).RevokedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_batch_shows_how_far_it_is()
    {
        using var answer = await Live.Post("/api/v1/jobs", LiveServer.Form(("pipeline", "grayscale"), ("batch", "Summer")).File(Pictures.New(), "a.png").File(Pictures.New(), "b.png"), wait: LiveServer.Patience);
        var batch = (await LiveServer.Json(answer))["batch_id"]!.ToString();
        using var browser = await Browser.SignedIn(Live);
        (await browser.Load("/batches")).ShouldContain("Summer");
        (await browser.Load($"/batches/{batch}")).ShouldContain("100 %");
        browser.Html.ShouldContain("b.png");
        (await browser.LoadPart($"/batches/{batch}")).ShouldContain($"data-live=\"batch:{batch}\"");
        browser.Html.ShouldContain($"/batches/{batch}/download");
        browser.Html.ShouldNotContain("/jobs/retry?batch=");
    }

    [Fact]
    public async Task A_notification_leads_to_what_it_speaks_of()
    {
        using var answer = await Live.Post("/api/v1/jobs", LiveServer.Form(("pipeline", "grayscale"), ("batch", "Autumn")).File(Pictures.New(), "a.png"), wait: 60);
        var batch = (await LiveServer.Json(answer))["batch_id"]!.ToString();
        var person = await Person.Add(Live);
        var notices = Live.Part<INoticeStore>();
        await notices.Add(new Watch(Guid.Parse(batch), KeyRing.DefaultTenant, person.Id, "batch", new JsonObject { ["title"] = "Autumn", ["batch_id"] = batch }, TimeProvider.System.GetUtcNow()), default);
        await notices.Tell(default);
        using var browser = Browser.Of(Live);
        await browser.Load("/sign-in");
        await browser.Do("/sign-in", ("email", person.Email), ("password", person.Password));
        await Eventually.Sees(() => browser.Load("/notifications"), page => page.Contains($"<a href=\"/batches/{batch}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_open_and_the_failed_jobs_of_a_batch_are_ordered_about_from_its_page()
    {
        var jobs = await Waiting("batched-here", pictures: 2);
        using var browser = await Browser.SignedIn(Live, Role.Submitter);
        var batch = (await Live.Get($"/api/v1/jobs/{jobs[0]}"))["batch_id"]!.ToString();
        (await browser.Load($"/batches/{batch}")).ShouldContain($"/jobs/cancel?batch={batch}");
        browser.Html.ShouldNotContain($"/batches/{batch}/download");
        (await browser.Load($"/jobs/cancel?batch={batch}")).ShouldContain("Cancel 2 jobs");
        (await browser.Do("/jobs/cancel", ("batch", batch))).ShouldContain("2 jobs were cancelled.");
        browser.Html.ShouldContain($"data-live=\"batch:{batch}\"");
        browser.Html.ShouldNotContain($"/jobs/cancel?batch={batch}");
    }

    [Fact]
    public async Task Settings_are_shown_without_secrets()
    {
        using var browser = await Browser.SignedIn(Live, Role.Admin);
        (await browser.Load("/settings")).ShouldContain("max_bytes");
        browser.Html.ShouldContain("works");
    }

    // In a queue that stands still, so that it waits until somebody says otherwise.
    async Task<string> Waiting(string queue) => (await Waiting(queue, pictures: 1))[0];

    async Task<IReadOnlyList<string>> Waiting(string queue, int pictures)
    {
        await Live.Part<IQueueStore>().Save(new Queue { Name = queue, Paused = true }, default);
        var assets = new List<Asset>();
        for (var i = 0; i < pictures; i++) assets.Add(await Live.Part<Intake>().Accept(KeyRing.DefaultTenant, new MemoryStream(Pictures.New()), "waiting.png", default));
        var pipeline = Live.Part<PipelineCatalog>().Get("grayscale") with { Queue = queue };
        var submitted = await Live.Part<Submitter>().Submit(new SubmitRequest { Tenant = KeyRing.DefaultTenant, Assets = assets, Pipeline = pipeline, AsBatch = pictures > 1 }, default);
        return [.. submitted.Select(job => job.JobId.ToString("D"))];
    }
}
