using System.Net;
using Revela.App.Dashboard;
using Revela.Core.Accounts;
using Revela.Core.Queues;
using Revela.Tests.App.Accounts;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Dashboard;

/// <summary>What holds for every page: who gets in, what a form needs, what a browser is told to refuse.</summary>
[Collection(nameof(SharedServer))]
public sealed class FrameTests(SharedServer shared)
{
    LiveServer Live => shared.Live;

    [Fact]
    public async Task Whoever_has_not_signed_in_is_led_to_the_door_and_then_where_they_wanted_to_go()
    {
        var person = await Person.Add(Live);
        using var browser = Browser.Of(Live);
        await browser.Load("/?then=here");
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        var door = browser.Answer.Headers.Location!.ToString();
        door.ShouldBe("/sign-in?then=%2F%3Fthen%3Dhere");

        (await browser.Load(door)).ShouldContain("value=\"/?then=here\"");
        (await browser.Send("/sign-in", ("email", person.Email), ("password", "not it, but long"), ("then", "/?then=here"))).ShouldContain("Email or password is wrong");
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await browser.Do("/sign-in", ("email", person.Email), ("password", person.Password), ("then", "/?then=here"));
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        browser.Html.ShouldContain(person.Email);
    }

    [Theory]
    [InlineData("//elsewhere.example")]
    [InlineData("https://elsewhere.example/")]
    [InlineData("/\\elsewhere.example")]
    [InlineData("")]
    public void Nobody_is_led_to_another_server(string address) => global::Revela.App.Dashboard.Answers.Local(address).ShouldBe("/");

    [Fact]
    public async Task Who_signs_out_is_out()
    {
        using var browser = await Browser.SignedIn(Live);
        await browser.Load("/");
        (await browser.Do("/sign-out")).ShouldContain("Sign in");
        await browser.Load("/");
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task A_person_gives_themselves_another_password_and_stays_signed_in_here_alone()
    {
        var person = await Person.Add(Live);
        using var elsewhere = await person.SignIn();
        using var browser = Browser.Of(Live);
        await browser.Load("/sign-in");
        await browser.Do("/sign-in", ("email", person.Email), ("password", person.Password));
        (await browser.Load("/account")).ShouldContain(person.Email);
        foreach (var (current, password, again, refusal) in new[]
        {
            ("not it, but long", "a new password", "a new password", "That is not your password"), (person.Password, "a new password", "another one", "typed in two ways"),
            (person.Password, "short", "short", "A password has 10 to 200 characters"),
        })
        {
            (await browser.Send("/account/password", ("current", current), ("password", password), ("again", again))).ShouldContain(refusal);
            browser.Answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }
        (await browser.Do("/account/password", ("current", person.Password), ("password", "a new password"), ("again", "a new password"))).ShouldContain("The new password holds.");
        await LiveServer.Becomes(elsewhere, HttpMethod.Get, "/api/v1/session", HttpStatusCode.Unauthorized);
        await browser.Load("/account");
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await person.Ask().ShouldBeProblem(401, "sign-in-refused");
        await person.Ask("a new password").ShouldBe(201);
    }

    [Fact]
    public async Task A_page_lets_the_browser_load_nothing_but_this_servers_own()
    {
        using var browser = await Browser.SignedIn(Live);
        await browser.Load("/");
        var policy = browser.Answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldStartWith("default-src 'none'; script-src 'self'; style-src 'self';");
        policy.ShouldNotContain("unsafe");
        policy.ShouldContain("frame-ancestors 'none'");
        browser.Answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        browser.Answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        browser.Html.ShouldStartWith("<!DOCTYPE html>");
        browser.Html.ShouldNotContain("http://");
    }

    [Fact]
    public async Task A_form_without_this_sessions_token_changes_nothing()
    {
        using var other = await Browser.SignedIn(Live);
        await other.Load("/");
        using var browser = await Browser.SignedIn(Live);
        foreach (var token in (string[])["", "AAAA", other.FormToken])
        {
            await browser.SendWith(token, "/preferences", ("lang", "es"));
            browser.Answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }
        (await browser.Load("/")).ShouldContain("lang=\"en\"");
    }

    [Fact]
    public async Task Language_and_theme_are_remembered()
    {
        using var browser = await Browser.SignedIn(Live);
        await browser.Load("/");
        (await browser.Do("/preferences", ("lang", "es"))).ShouldContain("<html lang=\"es\"");
        browser.Html.ShouldContain("Cerrar sesión");
        (await browser.Do("/preferences", ("theme", "light"))).ShouldContain("data-theme=\"light\"");
        (await browser.Do("/preferences", ("theme", "9"), ("lang", "xx"))).ShouldContain("<html lang=\"es\" data-theme=\"light\"");
    }

    [Fact]
    public async Task An_open_page_gets_its_contents_alone_and_401_once_it_is_signed_out()
    {
        using var browser = await Browser.SignedIn(Live);
        (await browser.LoadPart("/")).ShouldNotContain("<html");
        browser.Html.ShouldContain("data-live=\"jobs\"");
        using var stranger = Browser.Of(Live);
        await stranger.LoadPart("/");
        stranger.Answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task What_came_of_a_form_is_told_once_and_not_to_a_page_that_keeps_itself_current()
    {
        await Live.Part<IQueueStore>().Save(new Queue { Name = "told-of" }, default);
        using var browser = await Browser.SignedIn(Live, Role.Operator);
        foreach (var path in (string[])["whole", "part"])
        {
            await browser.Load("/queues");
            await browser.Send("/queues/told-of/pause");
            (await browser.LoadPart("/queues")).ShouldNotContain("told-of is paused");
            (await (path == "whole" ? browser.Load("/queues") : browser.LoadPart("/queues", "told"))).ShouldContain("told-of is paused");
            (await browser.Load("/queues")).ShouldNotContain("told-of is paused");
        }
    }

    [Fact]
    public async Task Where_nothing_is_a_browser_gets_a_page_and_a_program_a_problem()
    {
        using var browser = Browser.Of(Live);
        (await browser.Load("/no/such/page")).ShouldContain("There is nothing here");
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Live.Client.GetAsync("/no/such/page").ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Styles_and_scripts_are_kept_for_ever_under_an_address_of_their_contents()
    {
        using var browser = Browser.Of(Live);
        var page = await browser.Load("/sign-in");
        var address = page.Split('"').Single(text => text.StartsWith("/static/", StringComparison.Ordinal) && text.EndsWith("/tokens.css", StringComparison.Ordinal));
        await browser.Load(address);
        browser.Answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/css");
        browser.Answer.Headers.CacheControl!.ToString().ShouldContain("immutable");
        await browser.Load("/static/older/tokens.css");
        browser.Answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task Whoever_is_of_another_tenant_sees_nothing_that_all_share()
    {
        using var browser = await Browser.SignedIn(Live, Role.Admin, "elsewhere");
        (await browser.Load("/")).ShouldNotContain("Jobs a minute");
        browser.Html.ShouldNotContain("href=\"/queues\"");
        foreach (var place in Places.All)
        {
            await browser.Load(place.Path);
            browser.Answer.StatusCode.ShouldBe(place.OfTheHouse ? HttpStatusCode.Forbidden : HttpStatusCode.OK, place.Path);
        }
        await browser.Load("/jobs");
        await browser.Send("/queues/default/pause");
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Each_sees_the_places_that_their_role_may_see()
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            using var browser = await Browser.SignedIn(Live, role);
            await browser.Load("/");
            foreach (var place in Places.All)
            {
                var may = (role.Scopes() & place.Scope) == place.Scope;
                browser.Html.Contains($"href=\"{place.Path}\" ", StringComparison.Ordinal).ShouldBe(may, $"{role}: {place.Path}");
            }
            foreach (var place in Places.All)
            {
                await browser.Load(place.Path);
                browser.Answer.StatusCode.ShouldBe((role.Scopes() & place.Scope) == place.Scope ? HttpStatusCode.OK : HttpStatusCode.Forbidden, $"{role}: {place.Path}");
            }
        }
    }
}
