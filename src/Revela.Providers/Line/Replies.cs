using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Revela.Providers.Line;

/// <summary>Reads replies without trusting them: bounded, and cleaned of whatever is not for people's eyes.</summary>
public static class Replies
{
    const int MostText = 300;
    const int MostErrorBytes = 64 * 1024;

    /// <summary>The body into a file. Null when it is there; otherwise what is wrong with it.</summary>
    public static async Task<string?> Save(HttpContent body, string path, long maxBytes, CancellationToken cancel)
    {
        if (body.Headers.ContentLength > maxBytes) return $"it has {body.Headers.ContentLength} bytes, more than are taken";
        await using var from = await body.ReadAsStreamAsync(cancel);
        await using var to = File.Create(path);
        var buffer = new byte[81920];
        for (int read; (read = await from.ReadAsync(buffer, cancel)) > 0;)
        {
            if (to.Length + read > maxBytes) return $"it has more than {maxBytes} bytes";
            await to.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
        return to.Length == 0 ? "it is empty" : null;
    }

    /// <summary>The body as JSON; null when it is none or larger than is taken.</summary>
    public static async Task<JsonDocument?> Json(HttpContent body, int maxBytes, CancellationToken cancel)
    {
        await using var from = await body.ReadAsStreamAsync(cancel);
        using var text = new MemoryStream();
        var buffer = new byte[81920];
        for (int read; (read = await from.ReadAsync(buffer, cancel)) > 0;)
        {
            if (text.Length + read > maxBytes) return null;
            text.Write(buffer, 0, read);
        }
        try
        {
            return JsonDocument.Parse(text.GetBuffer().AsMemory(0, (int)text.Length), new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static Task<JsonDocument?> ErrorJson(HttpContent body, CancellationToken cancel) => Json(body, MostErrorBytes, cancel);

    /// <summary><c>Retry-After</c> as seconds, to the fraction, or as a date; null when it is absent or makes no sense.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage reply, TimeProvider time)
    {
        if (!reply.Headers.TryGetValues("Retry-After", out var values)) return null;
        var text = values.First();
        if (Seconds(text) is { } seconds) return seconds;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) return null;
        var wait = at - time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    /// <summary>A number of seconds, at most a week of them; null when it is none.</summary>
    public static TimeSpan? Seconds(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 7 * 86400 ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>What a service wrote, fit to be shown: one line, not long, without the key.</summary>
    public static string Plain(string? text, string? key)
    {
        if (string.IsNullOrWhiteSpace(text)) return "no reason given";
        if (!string.IsNullOrEmpty(key)) text = text.Replace(key, "•••", StringComparison.Ordinal);
        var line = new StringBuilder();
        foreach (var letter in text.Trim())
        {
            if (line.Length == MostText) return line.Append('…').ToString();
            line.Append(char.IsControl(letter) ? ' ' : letter);
        }
        return line.ToString();
    }
}
