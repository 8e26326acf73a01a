using System.Net;
using System.Text.Json.Nodes;
using Revela.App.Accounts;
using Revela.Core.Accounts;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App.Accounts;

/// <summary>People, keys and the audit log by HTTP.</summary>
[Collection(nameof(SharedServer))]
public sealed class UserRoutesTests(SharedServer shared)
{
    readonly LiveServer live = shared.Live;

    [Fact]
    public async Task An_administrator_adds_a_person_who_signs_in_and_changes_what_they_may_do()
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        var added = await live.Client.PostAsync("/api/v1/users", JsonBody($$"""{"email": "{{email.ToUpperInvariant()}}", "password": "a good password", "role": "operator"}""")).ShouldBe(201);
        (added["email"]!.ToString(), added["name"]!.ToString(), added["role"]!.ToString()).ShouldBe((email, email, "operator"));
        added.ToJsonString().ShouldNotContain("assword");

        var begun = await live.Stranger.PostAsync("/api/v1/session", JsonBody($$"""{"email": "{{email}}", "password": "a good password"}""")).ShouldBe(201);
        using var client = live.With(begun["token"]!.ToString());
        await client.PostAsync("/api/v1/queues/nothing/pause", null).ShouldBeProblem(404, ErrorCodes.NotFound);

        var changed = await live.Client.PatchAsync($"/api/v1/users/{added["id"]}", JsonBody("""{"role": "viewer", "name": "Ana"}""")).ShouldBe(200);
        (changed["role"]!.ToString(), changed["name"]!.ToString()).ShouldBe(("viewer", "Ana"));
        await Becomes(client, HttpMethod.Post, "/api/v1/queues/nothing/pause", HttpStatusCode.Forbidden);

        await live.Client.PatchAsync($"/api/v1/users/{added["id"]}", JsonBody("""{"disabled": true}""")).ShouldBe(200);
        await Becomes(client, HttpMethod.Get, "/api/v1/queues", HttpStatusCode.Unauthorized);
        (await live.Get("/api/v1/users"))["users"]!.AsArray().Single(user => user!["email"]!.ToString() == email)!["disabled_at"].ShouldNotBeNull();
    }

    [Theory]
    [InlineData("""{"email": "nobody", "password": "a good password"}""")]
    [InlineData("""{"email": "a@b@c", "password": "a good password"}""")]
    [InlineData("""{"email": "a@example.com", "password": "short"}""")]
    [InlineData("""{"email": "a@example.com", "password": "A@example.com"}""")]
    [InlineData("""{"email": "a@example.com", "password": "aaaaaaaaaaaa"}""")]
    [InlineData("""{"email": "a@example.com", "password": "a good password", "role": "king"}""")]
    [InlineData("""{"email": "a@example.com", "password": "a good password", "name": " "}""")]
    [InlineData("""{"email": "a@example.com", "password": "a good password", "scopes": []}""")]
    [InlineData("{}")]
    public async Task A_person_that_cannot_be_is_refused(string body) =>
        await live.Client.PostAsync("/api/v1/users", JsonBody(body)).ShouldBeProblem(400, ErrorCodes.InvalidRequest);

    [Fact]
    public async Task An_email_is_one_persons()
    {
        var ana = await Person.Add(live);
        await live.Client.PostAsync("/api/v1/users", JsonBody($$"""{"email": "{{ana.Email}}", "password": "a good password"}""")).ShouldBeProblem(409, ErrorCodes.EmailTaken);
    }

    [Fact]
    public async Task Another_tenants_people_keys_and_deeds_are_not_there()
    {
        var admin = await Person.Add(live, Role.Admin, "elsewhere");
        var ana = await Person.Add(live);
        var (key, _) = await live.NewKey(Scopes.Read);
        using var client = await admin.SignIn();
        (await client.GetAsync("/api/v1/users").ShouldBe(200))["users"]!.AsArray().ShouldHaveSingleItem()!["email"]!.ToString().ShouldBe(admin.Email);
        await client.PatchAsync($"/api/v1/users/{ana.Id}", JsonBody("""{"disabled": true}""")).ShouldBeProblem(404, ErrorCodes.NotFound);
        (await client.GetAsync("/api/v1/keys").ShouldBe(200))["keys"]!.AsArray().ShouldBeEmpty();
        await client.DeleteAsync($"/api/v1/keys/{key.Id}").ShouldBeProblem(404, ErrorCodes.NotFound);
        (await client.GetAsync("/api/v1/audit").ShouldBe(200))["entries"]!.AsArray().ShouldAllBe(entry => entry!["actor"]!["name"]!.ToString() == admin.Email);
    }

    [Fact]
    public async Task A_key_is_made_used_seen_in_use_and_revoked()
    {
        var made = await live.Client.PostAsync("/api/v1/keys", JsonBody("""{"name": "import", "scopes": ["read"]}""")).ShouldBe(201);
        using var client = live.With(made["key"]!.ToString());
        await client.GetAsync("/api/v1/queues").ShouldBe(200);
        var listed = (await live.Get("/api/v1/keys"))["keys"]!.AsArray().Single(key => key!["id"]!.ToString() == made["id"]!.ToString())!.AsObject();
        listed["last_used_at"].ShouldNotBeNull();
        listed.ContainsKey("key").ShouldBeFalse();
        await live.Client.DeleteAsync($"/api/v1/keys/{made["id"]}").ShouldBe(204);
        await Becomes(client, HttpMethod.Get, "/api/v1/queues", HttpStatusCode.Unauthorized);
        await live.Client.DeleteAsync($"/api/v1/keys/{made["id"]}").ShouldBeProblem(404, ErrorCodes.NotFound);
        foreach (var body in new[] { "{}", """{"name": "x", "scopes": ["king"]}""" })
            await live.Client.PostAsync("/api/v1/keys", JsonBody(body)).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task The_audit_log_says_who_did_what_before_the_answer_comes()
    {
        var ana = await Person.Add(live, Role.Operator);
        await ana.Ask("a guess").ShouldBeProblem(401, ErrorCodes.SignInRefused);
        using var client = await ana.SignIn();
        var queue = $"audited-{Guid.NewGuid():N}";
        await client.PatchAsync($"/api/v1/queues/{queue}", JsonBody("""{"concurrency": 1}""")).ShouldBe(200);
        await client.PostAsync($"/api/v1/queues/{queue}/pause", null).ShouldBe(200);
        await client.PostAsync("/api/v1/queues/nothing/pause", null).ShouldBeProblem(404, ErrorCodes.NotFound);

        var entries = (await live.Get($"/api/v1/audit?actor={ana.Email}"))["entries"]!.AsArray().Select(entry => entry!.AsObject()).ToArray();
        entries.Select(entry => entry["action"]!.ToString()).ShouldBe(["queue.pause", "queue.change", "session.begin", "session.refused"]);
        entries[0]["target"]!.ToString().ShouldBe(queue);
        entries[0]["actor"]!["id"]!.ToString().ShouldBe(ana.Id.ToString());
        entries[0]["address"]!.ToString().ShouldContain("127.0.0.1");
        (await live.Get($"/api/v1/audit?actor={ana.Email}&action=queue.pause"))["entries"]!.AsArray().ShouldHaveSingleItem();
        var page = await live.Get($"/api/v1/audit?actor={ana.Email}&limit=3");
        (await live.Get($"/api/v1/audit?actor={ana.Email}&cursor={page["next"]}"))["entries"]!.AsArray().ShouldHaveSingleItem();
        await client.GetAsync("/api/v1/audit").ShouldBeProblem(403, ErrorCodes.Forbidden);
    }

    [Fact]
    public async Task The_first_start_makes_an_administrator_and_later_ones_do_not()
    {
        await using var first = await Start();
        first.Server.NewAdmin.ShouldBe("admin@localhost");
        var file = Path.Combine(first.Data, FirstAdmin.FileName);
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var body = new JsonObject { ["email"] = "admin@localhost", ["password"] = File.ReadAllText(file).Trim() }.ToJsonString();
        (await first.Stranger.PostAsync("/api/v1/session", JsonBody(body)).ShouldBe(201))["scopes"]!.ToJsonString().ShouldBe("""["admin"]""");
        (await FirstAdmin.Ensure(first.Part<IUserStore>(), first.Part<UserBook>(), first.Part<Revela.App.RevelaOptions>(), CancellationToken.None)).ShouldBeNull();
    }
}
