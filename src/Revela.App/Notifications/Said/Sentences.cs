using System.Globalization;

namespace Revela.App.Notifications.Said;

/// <summary>
/// Says in another language what the program said in English. Each word under <c>said.</c> is a sentence or a part of one: its English is recognised,
/// with a fact in place of each name in braces, and <c>{what}</c> is a fact that is a sentence itself.
/// </summary>
public static class Sentences
{
    const string Prefix = "said.", Inner = "what", Between = "; ";

    // What others wrote is among the facts: it must not keep anybody busy.
    const int MostLetters = 2000, Deepest = 6;

    // The one that says most by itself comes first.
    static readonly Lazy<IReadOnlyList<Pattern>> Known = new(() =>
        [.. Words.Keys(Words.English).Where(key => key.StartsWith(Prefix, StringComparison.Ordinal)).Select(Pattern.Of).OrderByDescending(pattern => pattern.Literal)]);

    /// <summary>The sentence, or several mistakes with semicolons between them; null when there are no words for all of it. English stays as it is.</summary>
    public static string? In(string language, string english) =>
        language == Words.English ? english : english.Length <= MostLetters ? Whole(language, english, 0) : null;

    // Mistakes side by side come before one sentence: its last fact would swallow all that stands behind it.
    static string? Whole(string language, string english, int depth)
    {
        if (depth > Deepest) return null;
        var ends = english.EndsWith('.');
        var parts = (ends ? english[..^1] : english).Split(Between);
        if (parts.Length > 1) return All(language, parts, ends, depth) ?? One(language, english, depth);
        return One(language, english, depth) ?? (ends ? All(language, parts, ends, depth) : null);
    }

    static string? All(string language, string[] parts, bool ends, int depth)
    {
        var said = new List<string>();
        for (var at = 0; at < parts.Length;)
        {
            // Some sentences have a semicolon of their own.
            var (part, took) = (One(language, parts[at], depth), 1);
            if (part is null && at + 1 < parts.Length) (part, took) = (One(language, parts[at] + Between + parts[at + 1], depth), 2);
            if (part is null) return null;
            said.Add(part);
            at += took;
        }
        return string.Join(Between, said) + (ends ? "." : "");
    }

    static string? One(string language, string english, int depth)
    {
        foreach (var pattern in Known.Value)
        {
            if (pattern.Match(english) is not { } facts) continue;
            if (facts.TryGetValue(Inner, out var inner))
            {
                if (Whole(language, inner, depth + 1) is not { } said) continue;
                facts[Inner] = said;
            }
            return Fill(language, Words.Find(language, pattern.Key)!, facts);
        }
        return null;
    }

    static string Fill(string language, string text, Dictionary<string, string> facts) =>
        string.Concat(text.Split('{', '}').Select((piece, i) => i % 2 == 0 ? piece : Written(language, facts[piece])));

    static string Written(string language, string fact) =>
        fact.Contains(',') && long.TryParse(fact, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) ? new Dashboard.Figures(language).Count(number) : fact;

    /// <param name="Pieces">What stands between the facts, and before and behind them.</param>
    /// <param name="Names">Of the facts, one fewer.</param>
    sealed record Pattern(string Key, IReadOnlyList<string> Pieces, IReadOnlyList<string> Names)
    {
        public int Literal => Pieces.Sum(piece => piece.Length);

        public static Pattern Of(string key)
        {
            var cut = Words.Find(Words.English, key)!.Split('{', '}');
            return new Pattern(key, [.. cut.Where((_, i) => i % 2 == 0)], [.. cut.Where((_, i) => i % 2 == 1)]);
        }

        /// <summary>The facts, each as short as can be; null when the text says something else. One that a sentence begins with is a single word.</summary>
        public Dictionary<string, string>? Match(string text)
        {
            if (Names.Count == 0) return text == Pieces[0] ? [] : null;
            if (!text.StartsWith(Pieces[0], StringComparison.Ordinal)) return null;
            var (facts, at) = (new Dictionary<string, string>(), Pieces[0].Length);
            for (var i = 0; i < Names.Count; i++)
            {
                var piece = Pieces[i + 1];
                var end = i < Names.Count - 1 ? text.IndexOf(piece, at, StringComparison.Ordinal) : text.EndsWith(piece, StringComparison.Ordinal) ? text.Length - piece.Length : -1;
                if (end <= at) return null;
                facts[Names[i]] = text[at..end];
                at = end + piece.Length;
            }
            return Pieces[0].Length == 0 && facts[Names[0]].Contains(' ') ? null : facts;
        }
    }
}
