using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.Providers.Line;

namespace Revela.Providers.Gemini;

/// <summary>What a reply of <c>generateContent</c> means: thoughts are passed over, a refusal is told in its own words, and of several pictures the first counts.</summary>
public static class GeminiReply
{
    const int MostLetters = 30_000_000;

    static readonly HashSet<string> Refusals =
        ["SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION"];

    /// <param name="price">Of one picture.</param>
    public static async Task<ServiceAnswer> Judge(JsonElement root, string path, string model, decimal price, CancellationToken cancel)
    {
        if (Text(Member(root, "promptFeedback"), "blockReason") is { } blocked) return new ServiceAnswer.Refused($"Gemini refuses to work on this ({blocked}).");
        if (Items(root, "candidates").FirstOrDefault() is not { ValueKind: JsonValueKind.Object } candidate) return new ServiceAnswer.Empty("Gemini answered without a picture.");

        var finish = Text(candidate, "finishReason") ?? "STOP";
        var parts = Items(Member(candidate, "content"), "parts").Where(part => !IsThought(part)).ToArray();
        var words = Replies.Plain(string.Join(' ', parts.Select(part => Text(part, "text")).OfType<string>()), key: null);
        if (Refusals.Contains(finish)) return new ServiceAnswer.Refused($"Gemini refuses to paint this ({finish}: {words}).");

        var data = parts.Select(part => Text(Member(part, "inlineData"), "data")).FirstOrDefault(found => found is not null);
        if (data is null)
        {
            return finish == "MAX_TOKENS"
                ? new ServiceAnswer.Unfit("Gemini ran out of words before it painted (MAX_TOKENS): a shorter prompt may do.")
                : new ServiceAnswer.Empty($"Gemini answered without a picture ({finish}: {words}).");
        }
        var bytes = Decode(data);
        if (bytes is null) return new ServiceAnswer.Broken("Gemini's picture is no base64, or larger than is taken.") { CostUsd = price };
        await File.WriteAllBytesAsync(path, bytes, cancel);
        return new ServiceAnswer.Picture(path, model, Notes(root)) { CostUsd = price };
    }

    // Drafts among the thoughts look like results.
    static bool IsThought(JsonElement part) => Member(part, "thought").ValueKind == JsonValueKind.True;

    static byte[]? Decode(string data)
    {
        if (data.Length > MostLetters) return null;
        var bytes = new byte[data.Length / 4 * 3 + 3];
        return Convert.TryFromBase64String(data, bytes, out var length) && length > 0 ? bytes[..length] : null;
    }

    static JsonObject? Notes(JsonElement root)
    {
        var details = Items(Member(root, "usageMetadata"), "candidatesTokensDetails").FirstOrDefault(detail => Text(detail, "modality") == "IMAGE");
        return Member(details, "tokenCount") is { ValueKind: JsonValueKind.Number } count && count.TryGetInt64(out var tokens) ? new JsonObject { ["image_tokens"] = tokens } : null;
    }

    static JsonElement Member(JsonElement owner, string name) => owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) ? value : default;

    static IEnumerable<JsonElement> Items(JsonElement owner, string name) => Member(owner, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    static string? Text(JsonElement owner, string name) => Member(owner, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
