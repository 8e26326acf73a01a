using System.Net;
using Revela.App.Accounts;
using Revela.Core.Accounts;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App.Accounts;

/// <summary>How people come in, what they may do, and how they are put out.</summary>
[Collection(nameof(SharedServer))]
public sealed class SessionTests(SharedServer shared)
{
    readonly LiveServer live = shared.Live;

    [Fact]
    public async Task A_token_is_told_once_and_opens_what_the_role_may_do()
    {
        var ana = await Person.Add(live, Role.Submitter);
        var begun = await ana.Ask().ShouldBe(201);
        begun["token"]!.ToString().ShouldStartWith("rvs_");
        using var client = live.With(begun["token"]!.ToString());

        var me = await client.GetAsync("/api/v1/session").ShouldBe(200);
        me["actor"]!["kind"]!.ToString().ShouldBe("user");
        me["actor"]!["name"]!.ToString().ShouldBe(ana.Email);
        me["scopes"]!.ToJsonString().ShouldBe("""["read","submit"]""");
        me["expires_at"]!.GetValue<DateTimeOffset>().ShouldBe(begun["expires_at"]!.GetValue<DateTimeOffset>());
        me.ContainsKey("token").ShouldBeFalse();

        await client.PostAsync("/api/v1/assets", new MultipartFormDataContent().File(Pictures.New())).ShouldBe(201);
        await client.PostAsync("/api/v1/queues/default/pause", null).ShouldBeProblem(403, ErrorCodes.Forbidden);
        await client.GetAsync("/api/v1/users").ShouldBeProblem(403, ErrorCodes.Forbidden);
    }

    [Theory]
    [InlineData(Role.Viewer, "read")]
    [InlineData(Role.Submitter, "read,submit")]
    [InlineData(Role.Operator, "read,submit,operate")]
    [InlineData(Role.Admin, "admin")]
    public void Each_role_may_do_what_those_before_it_may(Role role, string scopes)
    {
        string.Join(',', ScopeNames.Of(role.Scopes())).ShouldBe(scopes);
        foreach (var lower in Enum.GetValues<Role>().Where(lower => lower < role)) (role.Scopes() & lower.Scopes()).ShouldBe(lower.Scopes());
    }

    [Fact]
    public async Task A_key_is_told_who_it_is_and_cannot_sign_out()
    {
        var me = await live.Get("/api/v1/session");
        me["actor"]!["kind"]!.ToString().ShouldBe("key");
        me["scopes"]!.ToJsonString().ShouldBe("""["admin"]""");
        await live.Client.DeleteAsync("/api/v1/session").ShouldBeProblem(409, ErrorCodes.WrongState);
    }

    [Fact]
    public async Task Signing_out_ends_that_session_at_once_and_no_other()
    {
        var ana = await Person.Add(live);
        using var one = await ana.SignIn();
        using var other = await ana.SignIn();
        await one.GetAsync("/api/v1/queues").ShouldBe(200);
        await one.DeleteAsync("/api/v1/session").ShouldBe(204);
        await one.GetAsync("/api/v1/queues").ShouldBeProblem(401, ErrorCodes.Unauthorized);
        await other.GetAsync("/api/v1/queues").ShouldBe(200);
    }

    [Fact]
    public async Task Whatever_is_wrong_the_answer_is_the_same()
    {
        var ana = await Person.Add(live);
        var wrong = await ana.Ask("not the password").ShouldBeProblem(401, ErrorCodes.SignInRefused);
        var nobody = await live.Stranger.PostAsync("/api/v1/session", JsonBody("""{"email": "nobody@example.com", "password": "not the password"}""")).ShouldBeProblem(401, ErrorCodes.SignInRefused);
        nobody.ShouldBe(wrong);
        foreach (var email in new[] { "", "no address", "a\\u0000b@example.com", new string('x', 900) + "@example.com" })
            await live.Stranger.PostAsync("/api/v1/session", JsonBody($$"""{"email": "{{email}}", "password": "not the password"}""")).ShouldBeProblem(401, ErrorCodes.SignInRefused);
        foreach (var body in new[] { "{}", """{"email": "a@b"}""", """{"email": 7, "password": "x"}""", """{"email": "a@b", "password": "x", "more": 1}""" })
            await live.Stranger.PostAsync("/api/v1/session", JsonBody(body)).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task The_email_is_taken_however_it_is_written()
    {
        var ana = await Person.Add(live);
        await live.Stranger.PostAsync("/api/v1/session", JsonBody($$"""{"email": " {{ana.Email.ToUpperInvariant()}} ", "password": "{{ana.Password}}"}""")).ShouldBe(201);
    }

    [Fact]
    public async Task A_cookie_that_scripts_cannot_read_opens_pages_and_is_gone_after_signing_out()
    {
        var ana = await Person.Add(live);
        using var answer = await ana.Ask(cookie: true, origin: Person.Origin(live));
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        foreach (var part in new[] { "httponly", "samesite=lax", "path=/" }) cookie.ShouldContain(part);
        (await Json(answer)).ContainsKey("token").ShouldBeFalse();

        using var client = await ana.SignInByCookie();
        await client.GetAsync("/api/v1/queues").ShouldBe(200);
        using var signedOut = await client.DeleteAsync("/api/v1/session");
        signedOut.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        signedOut.Headers.GetValues("Set-Cookie").Single().ShouldStartWith("revela-session=;");
        await client.GetAsync("/api/v1/queues").ShouldBeProblem(401, ErrorCodes.Unauthorized);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData(null)]
    public async Task A_page_of_another_site_changes_nothing_with_a_persons_cookie(string? origin)
    {
        var ana = await Person.Add(live, Role.Operator);
        using var client = await ana.SignInByCookie();
        client.DefaultRequestHeaders.Remove("Origin");
        if (origin is not null) client.DefaultRequestHeaders.Add("Origin", origin);
        await client.PostAsync("/api/v1/queues/nothing/pause", null).ShouldBeProblem(403, ErrorCodes.WrongOrigin);
        await client.DeleteAsync("/api/v1/session").ShouldBeProblem(403, ErrorCodes.WrongOrigin);
        await client.GetAsync("/api/v1/queues").ShouldBe(200);
        await ana.Ask(cookie: true, origin: origin).ShouldBeProblem(403, ErrorCodes.WrongOrigin);
    }

    [Fact]
    public async Task A_token_in_a_header_needs_no_origin()
    {
        var ana = await Person.Add(live, Role.Operator);
        using var client = await ana.SignIn();
        client.DefaultRequestHeaders.Add("Origin", "https://elsewhere.example");
        await client.PostAsync("/api/v1/queues/nothing/pause", null).ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    [Fact]
    public async Task A_new_password_ends_every_session_and_the_old_one()
    {
        var ana = await Person.Add(live);
        using var client = await ana.SignInByCookie();
        await Put(client, "wrong", "a new password").ShouldBeProblem(401, ErrorCodes.SignInRefused);
        await Put(client, ana.Password, "short").ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await Put(client, ana.Password, "a new password").ShouldBe(204);
        await ana.Ask().ShouldBeProblem(401, ErrorCodes.SignInRefused);
        await ana.Ask("a new password").ShouldBe(201);
        await Refused(client);
        await Put(live.Client, "x", "a new password").ShouldBeProblem(409, ErrorCodes.WrongState);

        static Task<HttpResponseMessage> Put(HttpClient client, string current, string password) =>
            client.PutAsync("/api/v1/session/password", JsonBody($$"""{"current": "{{current}}", "password": "{{password}}"}"""));
    }

    [Fact]
    public async Task After_too_many_wrong_passwords_the_right_one_is_refused_too()
    {
        await using var strict = await Start(options => options with { Accounts = new AccountOptions { Tries = 3 } });
        var (ana, bob) = (await Person.Add(strict), await Person.Add(strict));
        for (var i = 0; i < 3; i++) await ana.Ask("a guess").ShouldBeProblem(401, ErrorCodes.SignInRefused);
        await ana.Ask().ShouldBeProblem(401, ErrorCodes.SignInRefused);
        await bob.Ask().ShouldBe(201);
        await strict.Part<UserBook>().Change((await strict.Part<IUserStore>().Get(ana.Id, CancellationToken.None))!, null, "a new password", null, null, CancellationToken.None);
        await ana.Ask("a new password").ShouldBe(201);
    }

    [Fact]
    public async Task Pages_of_an_allowed_origin_may_ask_with_the_cookie()
    {
        const string gallery = "https://gallery.example.com";
        await using var open = await Start(options => options with { Accounts = new AccountOptions { Origins = [gallery] } });
        var ana = await Person.Add(open);
        using var answer = await ana.Ask(cookie: true, origin: gallery);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        answer.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([gallery]);
        answer.Headers.GetValues("Access-Control-Allow-Credentials").ShouldBe(["true"]);

        var asked = new HttpRequestMessage(HttpMethod.Options, "/api/v1/session");
        asked.Headers.Add("Origin", gallery);
        asked.Headers.Add("Access-Control-Request-Method", "DELETE");
        using var allowed = await open.Stranger.SendAsync(asked);
        allowed.Headers.GetValues("Access-Control-Allow-Methods").Single().ShouldContain("DELETE");
        await ana.Ask(cookie: true, origin: "https://evil.example").ShouldBeProblem(403, ErrorCodes.WrongOrigin);
    }

    static Task Refused(HttpClient client) => Becomes(client, HttpMethod.Get, "/api/v1/queues", HttpStatusCode.Unauthorized);
}
