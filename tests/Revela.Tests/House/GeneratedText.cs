using Shouldly;

namespace Revela.Tests.House;

/// <summary>Sections of documents that are written by the code: checked by every test run, written anew by <c>./run map</c>.</summary>
static class GeneratedText
{
    static bool Writes => Environment.GetEnvironmentVariable("REVELA_WRITE_DOCS") == "1";

    /// <summary>What stands between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- /name --&gt;</c> must be this text.</summary>
    public static void MustBe(string path, string name, string text)
    {
        var full = Path.Combine(Repository.Root, path);
        var (begin, end) = ($"<!-- {name} -->\n", $"<!-- /{name} -->");
        var document = File.ReadAllText(full);
        var from = document.IndexOf(begin, StringComparison.Ordinal);
        var to = document.IndexOf(end, StringComparison.Ordinal);
        (from >= 0 && to > from).ShouldBeTrue($"{path} must have a section between {begin.Trim()} and {end}");

        var wanted = document[..(from + begin.Length)] + text.TrimEnd('\n') + "\n" + document[to..];
        if (Writes) File.WriteAllText(full, wanted);
        else document.ShouldBe(wanted, $"{path} is not current: ./run map writes it anew");
    }
}
