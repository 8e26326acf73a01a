using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Revela.Core.Assets;
using Revela.Providers.Fakes;

namespace Revela.Providers.ClipDrop;

/// <summary>Plays ClipDrop: takes any key but an empty one, charges a credit a picture.</summary>
public static class ClipDropFake
{
    const int Credits = 1000;

    public static Task<FakeService> Start(int port, IHeaderReader headers, TimeProvider time, CancellationToken cancel) =>
        FakeService.Start(port, time, (app, fake) =>
        {
            app.MapPost("/remove-background/v1", http => RemoveBackground(http, fake, headers));
            app.MapPost("/image-upscaling/v1/upscale", http => Upscale(http, fake, headers));
        }, cancel);

    static async Task RemoveBackground(HttpContext http, FakeService fake, IHeaderReader headers)
    {
        if (string.IsNullOrEmpty(http.Request.Headers["x-api-key"])) await Error(http, 401, "Missing API key");
        else if (await FakeService.PictureIn(http, "image_file", headers) is not var (width, height)) await Error(http, 400, "Missing image_file or bad format");
        else if ((long)width * height > 25_000_000) await Error(http, 400, "Image too large");
        else await Answer(http, fake, width, height);
    }

    static async Task Upscale(HttpContext http, FakeService fake, IHeaderReader headers)
    {
        if (string.IsNullOrEmpty(http.Request.Headers["x-api-key"])) await Error(http, 401, "Missing API key");
        else if (await FakeService.PictureIn(http, "image_file", headers) is not var (width, height) || (long)width * height > 16_000_000) await Error(http, 400, "Missing image_file, bad format or too large");
        else if (Side(http, "target_width") is not { } targetWidth || Side(http, "target_height") is not { } targetHeight) await Error(http, 400, "target_width and target_height must be 1 to 4096");
        else await Answer(http, fake, targetWidth, targetHeight);
    }

    static int? Side(HttpContext http, string field) => int.TryParse(http.Request.Form[field], out var side) && side is >= 1 and <= 4096 ? side : null;

    static Task Answer(HttpContext http, FakeService fake, int width, int height) => fake.Take(http, IsCharged) switch
    {
        Trouble.RateLimit => Error(http, 429, "Too many requests"),
        Trouble.RateLimitWithDelay => Later(http, "1.5"),
        Trouble.DayQuota => Later(http, "86400"),
        Trouble.NoCredit => Error(http, 402, "No remaining credits"),
        Trouble.BadKey => Error(http, 403, "Invalid or revoked API key"),
        Trouble.UnknownModel => Error(http, 404, "Not found"),
        Trouble.BadRequest or Trouble.Refusal => Error(http, 400, "Bad image"),
        Trouble.ServerError => Error(http, 500, "Internal error"),
        Trouble.Silence => fake.Silence(http),
        var other => Picture(http, fake, other, width, height),
    };

    static Task Picture(HttpContext http, FakeService fake, Trouble trouble, int width, int height)
    {
        var spent = fake.Calls.Count(call => call.Charged);
        http.Response.Headers["x-credits-consumed"] = "1";
        http.Response.Headers["x-remaining-credits"] = $"{Math.Max(0, Credits - spent)}";
        return trouble switch
        {
            Trouble.Cut => FakeService.Cut(http, PaintedPng.Disc(width, height, transparent: true)),
            Trouble.NoPicture => FakeService.Png(http, []),
            Trouble.Nonsense => FakeService.Png(http, "no picture at all"u8.ToArray()),
            _ => FakeService.Png(http, PaintedPng.Disc(width, height, transparent: true)),
        };
    }

    static bool IsCharged(Trouble trouble) => trouble is Trouble.None or Trouble.Cut or Trouble.Silence or Trouble.Nonsense or Trouble.NoPicture;

    static Task Later(HttpContext http, string seconds)
    {
        http.Response.Headers.RetryAfter = seconds;
        return Error(http, 429, "Too many requests");
    }

    static Task Error(HttpContext http, int status, string reason) => FakeService.Json(http, status, $$"""{"error":"{{reason}}"}""");
}
