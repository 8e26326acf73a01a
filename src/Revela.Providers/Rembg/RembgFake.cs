using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Revela.Core.Assets;
using Revela.Providers.Fakes;

namespace Revela.Providers.Rembg;

/// <summary>Plays <c>rembg s</c>.</summary>
public static class RembgFake
{
    public static Task<FakeService> Start(int port, IHeaderReader headers, TimeProvider time, CancellationToken cancel) => FakeService.Start(port, time, (app, fake) =>
    {
        app.MapGet("/api", http => http.Response.WriteAsync("rembg"));
        app.MapPost("/api/remove", http => Remove(http, fake, headers));
    }, cancel);

    static async Task Remove(HttpContext http, FakeService fake, IHeaderReader headers)
    {
        if (await FakeService.PictureIn(http, "file", headers) is not var (width, height))
        {
            await FakeService.Json(http, 422, """{"detail":[{"type":"missing","loc":["body","file"],"msg":"Field required"}]}""");
            return;
        }
        await (fake.Take(http, _ => false) switch
        {
            Trouble.RateLimit => FakeService.Json(http, 429, """{"detail":"busy"}"""),
            Trouble.RateLimitWithDelay => Later(http),
            Trouble.UnknownModel or Trouble.BadRequest or Trouble.Refusal => FakeService.Json(http, 422, """{"detail":[{"loc":["body","model"],"msg":"String should match pattern"}]}"""),
            Trouble.ServerError or Trouble.NoCredit or Trouble.BadKey or Trouble.DayQuota => ServerError(http),
            Trouble.NoPicture => FakeService.Png(http, []),
            Trouble.Nonsense => FakeService.Png(http, "no picture at all"u8.ToArray()),
            Trouble.Cut => FakeService.Cut(http, PaintedPng.Disc(width, height, transparent: true)),
            Trouble.Silence => fake.Silence(http),
            _ => FakeService.Png(http, PaintedPng.Disc(width, height, transparent: true)),
        });
    }

    static Task Later(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1.5";
        return FakeService.Json(http, 429, """{"detail":"busy"}""");
    }

    // A plain text, as an exception in its handler gives.
    static Task ServerError(HttpContext http)
    {
        http.Response.StatusCode = 500;
        return http.Response.WriteAsync("Internal Server Error");
    }
}
