using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Revela.Core.Assets;
using Revela.Providers.Fakes;

namespace Revela.Providers.Cloudinary;

/// <summary>Plays Cloudinary's upload interface: checks every signature, keeps what it was sent by public id, and signs its answers.</summary>
public sealed class CloudinaryFake
{
    public const string Cloud = "fake";

    readonly ConcurrentDictionary<string, int> versions = new();

    public static Task<FakeService> Start(int port, IHeaderReader headers, TimeProvider time, CancellationToken cancel)
    {
        var cloud = new CloudinaryFake();
        return FakeService.Start(port, time, (app, fake) =>
        {
            app.MapPost($"/v1_1/{Cloud}/image/upload", http => cloud.Upload(http, fake, headers));
            app.MapPost($"/v1_1/{Cloud}/image/destroy", http => cloud.Destroy(http));
        }, cancel);
    }

    async Task Upload(HttpContext http, FakeService fake, IHeaderReader headers)
    {
        if (await FakeService.PictureIn(http, "file", headers) is not var (width, height)) await Error(http, 400, "Missing required parameter - file");
        else if (!IsSigned(http.Request.Form)) await Error(http, 401, "Invalid Signature");
        else await Answer(http, fake, width, height);
    }

    Task Answer(HttpContext http, FakeService fake, int width, int height) => fake.Take(http, _ => false) switch
    {
        Trouble.RateLimit => Error(http, 420, "Rate Limit Exceeded"),
        Trouble.RateLimitWithDelay or Trouble.DayQuota => Later(http),
        Trouble.BadKey => Error(http, 401, "Unknown API key"),
        Trouble.UnknownModel => Error(http, 404, "cloud_name is unknown"),
        Trouble.BadRequest or Trouble.Refusal => Error(http, 400, "Invalid image file"),
        Trouble.ServerError or Trouble.NoCredit => Error(http, 500, "General error"),
        Trouble.NoPicture => FakeService.Json(http, 200, "{}"),
        Trouble.Nonsense => FakeService.Json(http, 200, """{"public_id":"a","version":1,"signature":"00","secure_url":"https://example.org"}"""),
        Trouble.Cut => FakeService.Cut(http, System.Text.Encoding.UTF8.GetBytes(Kept(http, width, height))),
        Trouble.Silence => fake.Silence(http),
        _ => FakeService.Json(http, 200, Kept(http, width, height)),
    };

    string Kept(HttpContext http, int width, int height)
    {
        string id = http.Request.Form["public_id"]!;
        var isThere = versions.ContainsKey(id);
        var existing = isThere && http.Request.Form["overwrite"] == "false";
        var version = existing ? versions[id] : versions.AddOrUpdate(id, 1, (_, before) => before + 1);
        var signature = CloudinarySignature.Of([new("public_id", id), new("version", $"{version}")], FakeServices.Key, version: 1, sha256: false);
        return $$"""
            {"asset_id":"fake-{{id}}","public_id":"{{id}}","version":{{version}},"signature":"{{signature}}","width":{{width}},"height":{{height}},"existing":{{(existing ? "true" : "false")}},
            "secure_url":"https://res.example.org/{{Cloud}}/image/upload/v{{version}}/{{id}}"}
            """;
    }

    Task Destroy(HttpContext http)
    {
        if (!IsSigned(http.Request.Form)) return Error(http, 401, "Invalid Signature");
        return FakeService.Json(http, 200, versions.TryRemove(http.Request.Form["public_id"]!, out _) ? """{"result":"ok"}""" : """{"result":"not found"}""");
    }

    static bool IsSigned(IFormCollection form)
    {
        var signed = form.Where(field => field.Key is not ("api_key" or "signature")).Select(field => KeyValuePair.Create(field.Key, field.Value.ToString()));
        return form["signature"] == CloudinarySignature.Of(signed, FakeServices.Key);
    }

    static Task Later(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1.5";
        return Error(http, 420, "Rate Limit Exceeded");
    }

    static Task Error(HttpContext http, int status, string message) => FakeService.Json(http, status, $$$"""{"error":{"message":"{{{message}}}"}}""");
}
