using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.Core;

namespace Revela.App;

/// <summary>Reads the settings from <c>revela.json</c> in the data folder and, above it, from <c>REVELA_*</c> variables, and reports every mistake at once.</summary>
/// <remarks><c>limits.max_bytes</c> in the file is <c>REVELA_LIMITS_MAX_BYTES</c> in the environment. Lists are comma-separated there; times are seconds, or <c>250ms</c>, <c>30s</c>, <c>5m</c>, <c>1h</c>, <c>7d</c>.</remarks>
public static class OptionsReader
{
    public const string FileName = "revela.json";

    // Names that deployments give these settings already; Revela's own win.
    static readonly Dictionary<string, string> GivenNames = new()
    {
        ["REVELA_CLIPDROP_KEY"] = "CLIPDROP_API_KEY",
        ["REVELA_FIRESTORE_SERVICE_ACCOUNT"] = "FIREBASE_SERVICE_ACCOUNT_KEY",
    };

    /// <param name="data">The data folder, when the caller knows it; else <c>REVELA_DATA</c> or the default.</param>
    /// <exception cref="OptionsException">With every mistake found.</exception>
    public static RevelaOptions Read(IDictionary environment, string? data = null)
    {
        var mistakes = new List<string>();
        var folder = data ?? environment["REVELA_DATA"] as string ?? new RevelaOptions().Data;
        var file = ReadFile(Path.Combine(folder, FileName), mistakes);
        var values = Gather(typeof(RevelaOptions), [], file, environment, mistakes);
        values["data"] = folder;
        var options = values.Deserialize<RevelaOptions>(RevelaJson.Options)!;
        mistakes.AddRange(options.Mistakes());
        return mistakes.Count == 0 ? options : throw new OptionsException(mistakes);
    }

    static JsonObject ReadFile(string path, List<string> mistakes)
    {
        if (!File.Exists(path)) return [];
        try
        {
            var comments = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            if (JsonNode.Parse(File.ReadAllText(path), documentOptions: comments) is JsonObject read) return read;
            mistakes.Add($"{FileName} must hold one JSON object.");
        }
        catch (JsonException e)
        {
            mistakes.Add($"{FileName} is not JSON: line {e.LineNumber + 1}, position {e.BytePositionInLine + 1}.");
        }
        return [];
    }

    static JsonObject Gather(Type type, string[] path, JsonObject file, IDictionary environment, List<string> mistakes)
    {
        var gathered = new JsonObject();
        var known = new HashSet<string>();
        foreach (var property in type.GetProperties().Where(p => p.CanWrite))
        {
            var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            string[] here = [.. path, name];
            known.Add(name);
            if (IsGroup(property) && file[name] is not (null or JsonObject))
                mistakes.Add($"{string.Join('.', here)} in {FileName} is a group of settings: {{\"{name}\": {{…}}}}.");
            else if (IsGroup(property))
                gathered[name] = Gather(property.PropertyType, here, file[name] as JsonObject ?? [], environment, mistakes);
            else if (Setting(here, file[name], environment) is { } text && Convert(property.PropertyType, text, string.Join('.', here), mistakes) is { } value)
                gathered[name] = value;
        }
        foreach (var (key, _) in file)
            if (!known.Contains(key)) mistakes.Add($"{string.Join('.', [.. path, key])} in {FileName} is not a setting.");
        return gathered;
    }

    static bool IsGroup(PropertyInfo property) =>
        property.PropertyType is { IsClass: true } type && type != typeof(string) && type.Namespace!.StartsWith("Revela", StringComparison.Ordinal);

    static string? Setting(string[] path, JsonNode? inFile, IDictionary environment)
    {
        var name = "REVELA_" + string.Join('_', path).ToUpperInvariant();
        return environment[name] as string ?? inFile switch
        {
            null => GivenNames.TryGetValue(name, out var given) ? environment[given] as string : null,
            JsonArray list => string.Join(',', list.Select(v => v?.ToString())),
            _ => inFile.ToString(),
        };
    }

    static JsonNode? Convert(Type type, string text, string name, List<string> mistakes)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return text;
        if (type == typeof(bool) && bool.TryParse(text, out var flag)) return flag;
        if (type == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        if (type == typeof(long) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large)) return large;
        if (type == typeof(double) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)) return real;
        if (type == typeof(TimeSpan) && TimeOf(text) is { } time) return time.ToString("c", CultureInfo.InvariantCulture);
        if (type == typeof(IReadOnlyList<string>)) return ListOf(text);
        mistakes.Add($"{name} is '{text}', which is not {Wanted(type)}.");
        return null;
    }

    static JsonArray ListOf(string text) =>
        new([.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(v => (JsonNode)v)]);

    static TimeSpan? TimeOf(string text)
    {
        var digits = text.TrimEnd('m', 's', 'h', 'd');
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) || Math.Abs(value) > 1e8)
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var written) ? written : null;
        return text[digits.Length..] switch
        {
            "" or "s" => TimeSpan.FromSeconds(value),
            "ms" => TimeSpan.FromMilliseconds(value),
            "m" => TimeSpan.FromMinutes(value),
            "h" => TimeSpan.FromHours(value),
            "d" => TimeSpan.FromDays(value),
            _ => null,
        };
    }

    static string Wanted(Type type) =>
        type == typeof(bool) ? "true or false" : type == typeof(TimeSpan) ? "a time such as 30s or 5m" : type == typeof(double) ? "a number" : "a whole number";
}

/// <summary>Settings that cannot be used, with every mistake.</summary>
public sealed class OptionsException(IReadOnlyList<string> mistakes) : Exception(string.Join(Environment.NewLine, mistakes))
{
    public IReadOnlyList<string> Mistakes { get; } = mistakes;
}
