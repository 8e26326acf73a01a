using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Revela.App.Links;
using Revela.App.Recipes.Catalog;
using Revela.Core.Accounts;
using Revela.Core.Jobs;
using Revela.Tests.App.Accounts;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App;

/// <summary>Who may do what: every route of the API's own document, without a key and with each scope, and signed links.</summary>
[Collection(nameof(SharedServer))]
public sealed class AccessTests(SharedServer shared)
{
    readonly LiveServer live = shared.Live;

    [Fact]
    public async Task No_route_but_health_and_the_way_in_answers_without_a_key()
    {
        foreach (var (method, path, _) in await Routes())
        {
            using var answer = await live.Stranger.SendAsync(new HttpRequestMessage(method, path));
            if (path.StartsWith("/health/", StringComparison.Ordinal)) answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            else if (method == HttpMethod.Post && path is "/api/v1/session" or "/api/auth/login") answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType, path);
            else
            {
                answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{method} {path}");
                if (method != HttpMethod.Head) (await Json(answer))["code"]!.ToString().ShouldBe(ErrorCodes.Unauthorized);
                answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
            }
        }
    }

    [Theory]
    [InlineData(Scopes.Read)]
    [InlineData(Scopes.Submit)]
    [InlineData(Scopes.Work)]
    [InlineData(Scopes.Operate)]
    [InlineData(Scopes.None)]
    public async Task A_key_opens_the_routes_of_its_scope_and_no_other(Scopes scopes)
    {
        var (_, key) = await live.NewKey(scopes);
        using var client = live.With(key);
        foreach (var (method, path, needs) in await Routes())
        {
            if (needs is null) continue;
            using var answer = await client.SendAsync(new HttpRequestMessage(method, path), HttpCompletionOption.ResponseHeadersRead);
            var isAllowed = (scopes & needs.Value) == needs.Value;
            (answer.StatusCode == HttpStatusCode.Forbidden).ShouldBe(!isAllowed, $"{method} {path} with {scopes}: {answer.StatusCode}");
            if (!isAllowed && method != HttpMethod.Head) (await Json(answer))["code"]!.ToString().ShouldBe(ErrorCodes.Forbidden);
        }
    }

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Submitter)]
    [InlineData(Role.Operator)]
    public async Task A_person_opens_the_routes_of_their_role_and_no_other(Role role)
    {
        using var client = await (await Person.Add(live, role)).SignIn();
        foreach (var (method, path, needs) in await Routes())
        {
            // These end the session that asks.
            if (needs is null || path.StartsWith("/api/v1/session", StringComparison.Ordinal) && method != HttpMethod.Get) continue;
            using var answer = await client.SendAsync(new HttpRequestMessage(method, path), HttpCompletionOption.ResponseHeadersRead);
            (answer.StatusCode == HttpStatusCode.Forbidden).ShouldBe((role.Scopes() & needs.Value) != needs.Value, $"{method} {path} as {role}: {answer.StatusCode}");
        }
    }

    [Theory]
    [InlineData("Bearer nonsense")]
    [InlineData("Bearer ")]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    [InlineData("bearer")]
    public async Task A_wrong_key_is_no_key(string header)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/jobs");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        await live.Stranger.SendAsync(request).ShouldBeProblem(401, ErrorCodes.Unauthorized);
    }

    [Fact]
    public async Task A_key_in_the_address_is_no_key()
    {
        await live.Stranger.GetAsync($"/api/v1/jobs?key={live.Key}").ShouldBeProblem(401, ErrorCodes.Unauthorized);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_within_seconds()
    {
        var (key, plain) = await live.NewKey(Scopes.Read);
        using var client = live.With(plain);
        await client.GetAsync("/api/v1/queues").ShouldBe(200);
        (await live.Part<IAccountStore>().RevokeKey(key.Id, CancellationToken.None)).ShouldBeTrue();
        await Becomes(client, HttpMethod.Get, "/api/v1/queues", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Keys_are_kept_by_hash_only()
    {
        var kept = await live.Part<IAccountStore>().ListKeys(CancellationToken.None);
        kept.ShouldNotContain(key => key.Sha256 == live.Key || key.Name == live.Key);
        foreach (var file in Directory.EnumerateFiles(live.Data, "revela.db*"))
        {
            await using var bytes = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var text = new StreamReader(bytes, System.Text.Encoding.Latin1);
            (await text.ReadToEndAsync()).Contains(live.Key, StringComparison.Ordinal).ShouldBeFalse(file);
        }
    }

    [Fact]
    public async Task Another_tenants_things_are_not_there()
    {
        var job = await live.Develop(Pictures.New(), "grayscale");
        var (_, key) = await live.NewKey(Scopes.Admin, "other");
        using var other = live.With(key);
        foreach (var path in new[] { $"jobs/{job["id"]}", $"jobs/{job["id"]}/result", $"jobs/{job["id"]}/events", $"assets/{job["asset_id"]}", $"assets/{job["asset_id"]}/content" })
            await other.GetAsync($"/api/v1/{path}").ShouldBeProblem(404, ErrorCodes.NotFound);
        (await other.GetAsync("/api/v1/jobs").ShouldBe(200))["jobs"]!.AsArray().ShouldBeEmpty();
        await other.PostAsync($"/api/v1/jobs/{job["id"]}/cancel", null).ShouldBeProblem(404, ErrorCodes.NotFound);
        await other.DeleteAsync($"/api/v1/assets/{job["asset_id"]}").ShouldBeProblem(404, ErrorCodes.NotFound);
        await other.PostAsync("/api/v1/jobs", JsonBody($$"""{"asset_id": "{{job["asset_id"]}}", "pipeline": "grayscale"}""")).ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    [Fact]
    public async Task Another_tenants_links_load_their_own_things_only()
    {
        var (_, key) = await live.NewKey(Scopes.Admin, "a tenant & more");
        using var other = live.With(key);
        var asset = await other.PostAsync("/api/v1/assets", new MultipartFormDataContent().File(Pictures.New())).ShouldBe(201);
        var url = asset["url"]!.ToString();
        (await live.Stranger.GetAsync(url)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var stolen = new UriBuilder(url) { Query = System.Text.RegularExpressions.Regex.Replace(new Uri(url).Query, "&tenant=[^&]*", "") }.Uri;
        await live.Stranger.GetAsync(stolen).ShouldBeProblem(403, ErrorCodes.Forbidden);
    }

    [Fact]
    public async Task A_link_that_was_changed_or_has_expired_is_refused()
    {
        var job = await live.Develop(Pictures.New(), "grayscale");
        var link = job["links"]!["result"]!.ToString();
        (await live.Stranger.GetAsync(link)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await live.Stranger.SendAsync(new HttpRequestMessage(HttpMethod.Head, link))).StatusCode.ShouldBe(HttpStatusCode.OK);

        foreach (var forged in new[] { link.Replace("exp=", "exp=9"), link[..^4] + "AAAA", link.Replace("/result", "/events"), link.Replace("exp=", "x="), link + "&exp=1", link.Split("sig=")[0] + "sig=!!!", link + new string('A', 500) })
            await live.Stranger.GetAsync(forged).ShouldBeProblem(403, ErrorCodes.Forbidden);
        await live.Stranger.GetAsync(link.Split('?')[0]).ShouldBeProblem(401, ErrorCodes.Unauthorized);
        await live.Stranger.GetAsync(link.Replace("/result", "")).ShouldBeProblem(401, ErrorCodes.Unauthorized);

        var early = new LinkSigner(await live.Part<IAccountStore>().Secret("links", CancellationToken.None), new SignedLinkOptions(), new ManualTime(DateTimeOffset.UnixEpoch));
        await live.Stranger.GetAsync(early.Sign($"/api/v1/jobs/{job["id"]}/result", "default")).ShouldBeProblem(403, ErrorCodes.LinkExpired);
    }

    [Fact]
    public async Task A_link_stays_the_same_for_a_while_so_that_browsers_can_keep_the_picture()
    {
        var job = await live.Develop(Pictures.New(), "grayscale");
        var again = await live.Get($"/api/v1/jobs/{job["id"]}");
        var (first, second) = (Slice(job), Slice(again));
        (second - first).ShouldBeOneOf(0, 3600);

        static long Slice(JsonObject job) => long.Parse(System.Web.HttpUtility.ParseQueryString(new Uri(job["outputs"]![0]!["url"]!.ToString()).Query)["exp"]!);
    }

    // Each route of the document with ids filled in, and the scope that its description names.
    async Task<List<(HttpMethod Method, string Path, Scopes? Needs)>> Routes()
    {
        var document = await live.Get("/openapi/v1.json");
        var routes = new List<(HttpMethod, string, Scopes?)>();
        foreach (var (template, operations) in document["paths"]!.AsObject())
            foreach (var (method, operation) in operations!.AsObject())
            {
                var path = template.Replace("{id}", template.StartsWith(Articles.Root, StringComparison.Ordinal) ? "1" : Guid.NewGuid().ToString()).Replace("{name}", "nothing").Replace("{lease}", "1").Replace("{step}", "0").Replace("{sha256}", new string('0', 64))
                    .Replace("{signature}", "none").Replace("{options}", "web").Replace("{asset}", Guid.NewGuid().ToString())
                    .Replace("{user}", "somebody").Replace("{file}", "showcase_nothing.png");
                path.ShouldNotContain("{");
                var scope = System.Text.RegularExpressions.Regex.Match(operation!["description"]?.ToString() ?? "", "scope `([a-z]+)`").Groups[1].Value;
                routes.Add((new HttpMethod(method.ToUpperInvariant()), path, scope.Length == 0 ? null : Enum.Parse<Scopes>(scope, ignoreCase: true)));
            }
        routes.Count.ShouldBeGreaterThan(30);
        routes.Count(route => route.Item3 is null).ShouldBe(4);
        return routes;
    }
}
