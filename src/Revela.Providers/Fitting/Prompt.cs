using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Revela.Providers.Fitting;

/// <summary>A prompt with places for the job's metadata: <c>A photo of {name}, {unit}</c>.</summary>
static class Prompt
{
    /// <returns>The text, and the first field that the metadata does not have.</returns>
    public static (string Text, string? Unknown) Fill(string template, JsonObject? metadata)
    {
        var text = new StringBuilder();
        for (var at = 0; at < template.Length; at++)
        {
            var letter = template[at];
            var doubled = at + 1 < template.Length && template[at + 1] == letter;
            if (letter is '{' or '}' && doubled) at++;
            else if (letter == '{' && template.IndexOf('}', at) is var end and > 0)
            {
                var name = template[(at + 1)..end].Trim();
                if (Value(metadata?[name]) is not { } value) return ("", name);
                text.Append(value);
                at = end;
                continue;
            }
            text.Append(letter);
        }
        return (text.ToString(), null);
    }

    static string? Value(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null or JsonValueKind.Object or JsonValueKind.Array => null,
        _ => node.ToString(),
    };
}
