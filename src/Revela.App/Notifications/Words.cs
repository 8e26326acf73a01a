using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;

namespace Revela.App.Notifications;

/// <summary>What people are told, in their language: from every <c>words.en.json</c> and <c>words.es.json</c> of the program, which have the same keys.</summary>
public static class Words
{
    public const string English = "en", Spanish = "es";

    /// <summary>Keeps the language that somebody chose in their browser.</summary>
    public const string Cookie = "revela-language";

    static readonly Dictionary<string, Dictionary<string, string>> ByLanguage = new[] { English, Spanish }.ToDictionary(language => language, Load);

    public static IReadOnlyCollection<string> Keys(string language) => ByLanguage[language].Keys;

    public static bool IsKnown(string? language) => language is not null && ByLanguage.ContainsKey(language);

    /// <summary>The language that <c>?lang=</c> names, else the one chosen before, else the first of <c>Accept-Language</c> that there are words in, else English.</summary>
    public static string LanguageOf(HttpRequest request)
    {
        if (request.Query["lang"] is [{ } asked] && IsKnown(asked)) return asked;
        if (request.Cookies[Cookie] is { } chosen && IsKnown(chosen)) return chosen;
        foreach (var range in request.Headers.AcceptLanguage.SelectMany(value => (value ?? "").Split(',')))
            if (new StringSegment(range).Trim() is { Length: >= 2 } language && ByLanguage.ContainsKey(language.Substring(0, 2).ToLowerInvariant()))
                return language.Substring(0, 2).ToLowerInvariant();
        return English;
    }

    /// <summary>
    /// The words under a key, with <c>{name}</c> replaced by what the data calls so; null when there are none.
    /// Where one of the data is 1, those under <c>{key}.one</c> are said instead, if there are any.
    /// </summary>
    public static string? Find(string language, string key, JsonObject? data = null)
    {
        var words = ByLanguage[language];
        var isOne = data?.Any(field => field.Value?.ToString() == "1") == true;
        if (!(isOne && words.TryGetValue($"{key}.one", out var text)) && !words.TryGetValue(key, out text)) return null;
        foreach (var (name, value) in data ?? []) text = text.Replace($"{{{name}}}", value?.ToString() ?? "", StringComparison.Ordinal);
        return text;
    }

    /// <summary>Why something failed, for a person.</summary>
    public static string Reason(string language, string code) => Find(language, $"error.{code}") ?? Find(language, "error.other")!;

    static Dictionary<string, string> Load(string language)
    {
        var (program, all) = (typeof(Words).Assembly, new Dictionary<string, string>());
        foreach (var file in program.GetManifestResourceNames().Where(name => name.EndsWith($"/words.{language}.json", StringComparison.Ordinal)))
        {
            using var stream = program.GetManifestResourceStream(file)!;
            foreach (var (key, text) in JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!) all.Add(key, text);
        }
        return all;
    }
}
