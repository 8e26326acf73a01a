using System.Net;
using System.Text.Json.Nodes;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.App;

/// <summary>The API's own document and its page.</summary>
[Collection(nameof(SharedServer))]
public sealed class OpenApiTests(SharedServer shared)
{
    readonly LiveServer live = shared.Live;

    [Fact]
    public async Task Every_operation_says_what_it_does_takes_gives_and_refuses()
    {
        var document = await live.Stranger.GetAsync("/openapi/v1.json").ShouldBe(200);
        document["openapi"]!.ToString().ShouldStartWith("3.");
        var ids = new HashSet<string>();
        foreach (var (path, operations) in document["paths"]!.AsObject())
            foreach (var (method, operation) in operations!.AsObject())
            {
                var where = $"{method} {path}";
                operation!["summary"]?.ToString().ShouldNotBeNullOrEmpty(where);
                ids.Add(operation["operationId"]!.ToString()).ShouldBeTrue(where);
                var responses = operation["responses"]!.AsObject();
                responses.Any(response => response.Key[0] == '2').ShouldBeTrue(where);
                if (!path.StartsWith("/health", StringComparison.Ordinal) && where is not ("post /api/v1/session" or "post /api/auth/login"))
                {
                    operation["security"]!.AsArray().ShouldNotBeEmpty(where);
                    foreach (var status in new[] { "401", "403", "500" }) responses[status]!["content"]!["application/problem+json"].ShouldNotBeNull(where);
                }
                // These make what is not there.
                if (path.Contains('{')) responses.ContainsKey("404").ShouldBe(where is not ("patch /api/v1/queues/{name}" or "put /api/v1/budgets/{name}" or "put /api/characters/{id}"), where);
            }
        document["components"]!["securitySchemes"]!["key"]!["scheme"]!.ToString().ShouldBe("bearer");
    }

    [Fact]
    public async Task Bodies_and_answers_have_schemas()
    {
        var document = await live.Get("/openapi/v1.json");
        var submit = document["paths"]!["/api/v1/jobs"]!["post"]!;
        submit["requestBody"]!["content"]!.AsObject().Select(type => type.Key).ShouldBe(["multipart/form-data", "application/json", "application/x-www-form-urlencoded"], ignoreOrder: true);
        var form = Resolve(document, submit["requestBody"]!["content"]!["multipart/form-data"]!["schema"]!);
        form["properties"]!.AsObject().ContainsKey("run_at").ShouldBeTrue();
        var job = Resolve(document, submit["responses"]!["202"]!["content"]!["application/json"]!["schema"]!);
        foreach (var field in new[] { "max_attempts", "cost_usd", "batch_id", "outputs", "steps" }) job["properties"]!.AsObject().ContainsKey(field).ShouldBeTrue(field);
        var state = Resolve(document, job["properties"]!["state"]!);
        state["enum"]!.AsArray().Select(value => value!.ToString()).ShouldBe(["pending", "processing", "completed", "failed", "cancelled"]);
    }

    [Fact]
    public async Task The_page_works_without_any_other_server()
    {
        using var page = await live.Stranger.GetAsync("/docs/index.html");
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        var html = await page.Content.ReadAsStringAsync();
        html.ShouldNotContain("://");
        foreach (var file in new[] { "swagger-ui-bundle.js", "swagger-ui.css", "index.js" })
            (await live.Stranger.GetAsync($"/docs/{file}")).StatusCode.ShouldBe(HttpStatusCode.OK, file);
        using var root = await live.Stranger.GetAsync("/docs");
        ((int)root.StatusCode).ShouldBeOneOf(200, 301, 302);
    }

    [Theory]
    [InlineData("/docs/index.html")]
    [InlineData("/openapi/v1.json")]
    public async Task Behind_a_proxy_the_document_needs_a_key(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        await live.Stranger.SendAsync(request).ShouldBeProblem(401, ErrorCodes.Unauthorized);
    }

    static JsonNode Resolve(JsonObject document, JsonNode schema)
    {
        while (schema["$ref"]?.ToString() is { } reference) schema = document["components"]!["schemas"]![reference.Split('/')[^1]]!;
        return schema;
    }
}
