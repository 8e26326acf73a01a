using Revela.App.Api.Upkeep;
using Revela.Core.Accounts;
using Revela.Core.Jobs;
using Revela.Imaging.Header;
using Revela.Providers.Fakes;
using Revela.Tests.App.Accounts;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;
using Session = Revela.Tests.App.Cli.Session;

namespace Revela.Tests.App;

/// <summary>Pictures and people are erased by HTTP and from the command line, and nothing of them is found again.</summary>
public sealed class ErasureTests : IAsyncLifetime
{
    const string Route = "/api/v1/erasures";
    LiveServer live = null!;

    public async Task InitializeAsync() => live = await LiveServer.Start();

    public async Task DisposeAsync() => await live.DisposeAsync();

    [Fact]
    public async Task An_erased_picture_is_gone_with_its_bytes_and_the_proof_holds()
    {
        var picture = Pictures.New();
        var job = await live.Develop(picture, "renditions");
        (await live.Client.GetAsync($"/api/v1/assets/{job["asset_id"]}/thumbnail")).EnsureSuccessStatusCode();
        var sha256 = (await live.Get($"/api/v1/assets/{job["asset_id"]}"))["sha256"]!.ToString();
        var answer = await live.Post(Route, JsonBody($$"""{"asset_id": "{{job["asset_id"]}}"}""")).ShouldBe(200);
        answer["assets"]!.AsArray().Count.ShouldBe(1 + job["outputs"]!.AsArray().Count);
        await live.Client.GetAsync($"/api/v1/jobs/{job["id"]}").ShouldBeProblem(404, ErrorCodes.NotFound);
        Directory.EnumerateFiles(live.Data, "*.*", SearchOption.AllDirectories).ShouldNotContain(path => path.Contains(job["asset_id"]!.ToString(), StringComparison.Ordinal) || path.Contains(job["id"]!.ToString(), StringComparison.Ordinal) || path.Contains(sha256, StringComparison.Ordinal));

        var ids = answer["assets"]!.AsArray().Concat(answer["jobs"]!.AsArray()).Select(id => id!.ToString());
        var proof = await Session.Run(["verify", "--data", live.Data, .. ids.SelectMany(id => new[] { "--trace", id })]);
        proof.ExitCode.ShouldBe(0, proof.Out + proof.Error);
        (await live.Get("/api/v1/audit?action=erase"))["entries"]!.AsArray().ShouldHaveSingleItem()!["target"]!.ToString().ShouldBe($"asset {job["asset_id"]}");
        (await live.Develop(picture, "renditions"))["shared_with"].ShouldBeNull();
    }

    [Fact]
    public async Task What_was_paid_for_is_erased_with_what_a_service_sent_and_the_proof_holds()
    {
        await using var fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, CancellationToken.None);
        await using var paying = await LiveServer.Start(options => options.SentTo(fakes));
        var form = Form(("steps", """[{"op": "restyle", "prompt": "anything", "size": "512"}, {"op": "resize", "width": 64}]""")).File(Pictures.New(60, 40));
        var job = await paying.Post("/api/v1/jobs", form, wait: LiveServer.Patience).ShouldBe(200);
        job["state"]!.ToString().ShouldBe("completed", job.ToJsonString());
        fakes.Gemini.Calls.Count.ShouldBe(1);

        await paying.Post(Route, JsonBody($$"""{"asset_id": "{{job["asset_id"]}}"}""")).ShouldBe(200);
        Directory.EnumerateFiles(paying.Data, "*-reply.bin", SearchOption.AllDirectories).ShouldBeEmpty();
        var proof = await Session.Run("verify", "--data", paying.Data, "--orphan-age", "0", "--trace", job["id"]!.ToString(), job["asset_id"]!.ToString());
        proof.ExitCode.ShouldBe(0, proof.Out + proof.Error);
    }

    [Fact]
    public async Task What_waits_or_runs_is_cancelled_first_and_a_tag_finds_all_pictures_of_somebody()
    {
        var form = Form(("steps", """[{"op": "pause", "seconds": 60}]"""), ("tags", "customer-17")).File(Pictures.New()).File(Pictures.New());
        var batch = await live.Post("/api/v1/jobs", form).ShouldBe(202);
        var erased = await Session.Run("erase", "--tag", "customer-17", "--server", live.Address.ToString(), "--key", live.Key, "--json");
        erased.ExitCode.ShouldBe(0, erased.Error);
        erased.Json["jobs"]!.AsArray().Count.ShouldBe(2);
        foreach (var job in batch["jobs"]!.AsArray()) await live.Client.GetAsync($"/api/v1/jobs/{job!["id"]}").ShouldBeProblem(404, ErrorCodes.NotFound);
        (await live.Get("/api/v1/stats"))["adds_up"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task A_person_and_an_item_are_erased_by_name()
    {
        var person = await Person.Add(live);
        await live.Post(Route, JsonBody($$"""{"user_id": "{{person.Id}}"}""")).ShouldBe(200);
        await live.Post(Route, JsonBody($$"""{"user_id": "{{person.Id}}"}""")).ShouldBeProblem(404, ErrorCodes.NotFound);
        var image = (await live.Post("/images/", Form(("title", "Gato")).File(Pictures.New(), field: "image")).ShouldBe(201))["image"]!;
        await live.Post(Route, JsonBody($$"""{"item": "images/{{image["uuid"]}}"}""")).ShouldBe(200);
        ((int)(await live.Client.GetAsync($"/images/{image["uuid"]}/")).StatusCode).ShouldBe(404);
    }

    [Fact]
    public async Task Items_of_a_collection_that_is_kept_for_a_time_are_erased_when_it_is_over()
    {
        await using var brief = await LiveServer.Start(options => options with
        {
            Retention = new RetentionOptions { Collections = ["images=1s"] },
            Worker = options.Worker with { CleanEvery = TimeSpan.FromMilliseconds(100) },
        });
        var kept = (await brief.Post("/photos", new MultipartFormDataContent().File(Pictures.New(), field: "photo")).ShouldBe(202))["id"]!.ToString();
        var image = (await brief.Post("/images/", Form(("title", "Gato")).File(Pictures.New(), field: "image")).ShouldBe(201))["image"]!["uuid"]!.ToString();
        await Eventually.Sees(() => brief.Get("/images/"), found => found["images"]!.AsArray().Count == 0);
        await Eventually.Sees(() => brief.Get("/api/v1/assets"), found => found["assets"]!.AsArray().Count == 1);
        (await brief.Client.GetAsync($"/photos/{kept}")).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        var proof = await Session.Run("verify", "--data", brief.Data, "--trace", image);
        proof.ExitCode.ShouldBe(0, proof.Out + proof.Error);
    }

    [Fact]
    public void A_time_that_is_none_is_told() =>
        new RetentionOptions { Collections = ["photos=90d", "photos", "=1d", "photos=soon"] }.Mistakes().Count().ShouldBe(3);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"item": "images"}""")]
    [InlineData("""{"asset_id": "cat"}""")]
    public async Task A_bad_wish_is_refused(string body) => await live.Post(Route, JsonBody(body)).ShouldBeProblem(400, ErrorCodes.InvalidRequest);

    [Fact]
    public async Task Only_an_administrator_of_the_same_tenant_erases()
    {
        var job = await live.Develop(Pictures.New(), "grayscale");
        var body = $$"""{"asset_id": "{{job["asset_id"]}}"}""";
        using var submitter = live.With((await live.NewKey(Scopes.Read | Scopes.Submit | Scopes.Operate)).Plain);
        await submitter.PostAsync(Route, JsonBody(body)).ShouldBeProblem(403, ErrorCodes.Forbidden);
        using var other = live.With((await live.NewKey(Scopes.Admin, "other")).Plain);
        await other.PostAsync(Route, JsonBody(body)).ShouldBeProblem(404, ErrorCodes.NotFound);
        (await live.Get($"/api/v1/jobs/{job["id"]}"))["state"]!.ToString().ShouldBe("completed");
    }
}
