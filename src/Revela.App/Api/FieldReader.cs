using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Api;

/// <summary>Reads typed fields out of a JSON object or of a form, where everything is text, and gathers every mistake.</summary>
public sealed class FieldReader(JsonObject fields, bool isForm)
{
    public List<string> Mistakes { get; } = [];

    /// <exception cref="RevelaException"><c>invalid-request</c>, with every mistake found so far.</exception>
    public void Refuse()
    {
        if (Mistakes.Count > 0) throw new RevelaException(ErrorCodes.InvalidRequest, string.Join("; ", Mistakes) + ".");
    }

    public void RefuseOthers(IReadOnlyCollection<string> known)
    {
        foreach (var (name, _) in fields)
            if (!known.Contains(name)) Mistakes.Add($"'{(name.Length <= 40 ? name : name[..40] + "…")}' is not a field");
    }

    /// <summary>The value as it was sent; null for JSON null and for an empty form field.</summary>
    public JsonNode? Take(string name) => isForm && fields[name] is JsonValue text && text.GetValue<string>().Length == 0 ? null : fields[name];

    public string? Text(string name, int maxLength)
    {
        if (Take(name) is not { } node) return null;
        if (node.GetValueKind() == JsonValueKind.String && node.GetValue<string>() is var text && text.Length <= maxLength) return text;
        return Wrong<string>(name, $"one text of at most {maxLength} characters");
    }

    public int? Number(string name)
    {
        if (Take(name) is not { } node) return null;
        if (isForm && node is JsonValue && int.TryParse(node.GetValue<string>(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var written)) return written;
        if (!isForm && node is JsonValue value && value.TryGetValue<int>(out var number)) return number;
        Wrong<string>(name, "a whole number");
        return null;
    }

    public double? Real(string name)
    {
        if (Take(name) is not { } node) return null;
        if (!isForm && node is JsonValue value && value.TryGetValue<double>(out var number) && double.IsFinite(number)) return number;
        Wrong<string>(name, "a number");
        return null;
    }

    public bool Flag(string name)
    {
        if (Take(name) is not { } node) return false;
        if (Flag(node, isForm) is { } flag) return flag;
        Wrong<string>(name, "true or false");
        return false;
    }

    /// <summary>The node as true or false; null when it is neither.</summary>
    public static bool? Flag(JsonNode? node, bool isForm) => node switch
    {
        null => null,
        _ when !isForm => node.GetValueKind() switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null },
        JsonValue => node.GetValue<string>() switch { "true" or "1" => true, "false" or "0" => false, _ => null },
        _ => null,
    };

    /// <summary>One of the names of an enumeration, spelled as the API does.</summary>
    public T? Choice<T>(string name) where T : struct, Enum
    {
        if (Text(name, 100) is not { } text) return null;
        foreach (var value in Enum.GetValues<T>())
            if (JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()) == text) return value;
        Wrong<string>(name, "one of " + string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)));
        return null;
    }

    public DateTimeOffset? Time(string name)
    {
        if (Take(name) is not { } node) return null;
        // Without a zone a time means different things here and there, so it is UTC.
        if (node.GetValueKind() == JsonValueKind.String
            && DateTimeOffset.TryParse(node.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return time;
        Wrong<string>(name, "a time like 2030-01-31T22:00:00Z");
        return null;
    }

    public JsonObject? Object(string name) => Parsed(name) switch
    {
        null => null,
        JsonObject found => (JsonObject)found.DeepClone(),
        _ => Wrong<JsonObject>(name, "a JSON object"),
    };

    /// <summary>One text or a list of them; in a form also with commas between them.</summary>
    public IReadOnlyList<string> Texts(string name, int maxLength, int most)
    {
        var nodes = Take(name) switch { null => [], JsonArray list => list.ToArray(), var one => [one] };
        var texts = new List<string>();
        foreach (var node in nodes)
        {
            if (node?.GetValueKind() != JsonValueKind.String) return Wrong<string[]>(name, "a text or a list of texts") ?? [];
            var text = node.GetValue<string>();
            if (isForm && name == "tags") texts.AddRange(text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            else texts.Add(text);
        }
        if (texts.Count > most || texts.Any(text => text.Length == 0 || text.Length > maxLength))
            return Wrong<string[]>(name, $"at most {most} texts of 1 to {maxLength} characters") ?? [];
        return texts;
    }

    public IReadOnlyList<Guid> Ids(string name)
    {
        var ids = new List<Guid>();
        foreach (var text in Texts(name, 64, int.MaxValue))
        {
            if (!Guid.TryParseExact(text, "D", out var id)) return Wrong<Guid[]>(name, "an id or a list of ids") ?? [];
            ids.Add(id);
        }
        return ids;
    }

    /// <summary>A JSON value; in a form it is spelled as text.</summary>
    public JsonNode? Parsed(string name)
    {
        var node = Take(name);
        if (!isForm || node is null) return node;
        try
        {
            return node is JsonValue ? JsonNode.Parse(node.GetValue<string>(), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) : node;
        }
        catch (JsonException)
        {
            Mistakes.Add($"'{name}' is not valid JSON");
            return null;
        }
    }

    T? Wrong<T>(string name, string wanted) where T : class
    {
        Mistakes.Add($"'{name}' must be {wanted}");
        return null;
    }
}
