using System.Text;
using Shouldly;
using Xunit;

namespace Revela.Tests.House;

/// <summary>The map of the house says what is there.</summary>
public sealed class MapTests
{
    [Fact]
    public void The_architecture_names_every_folder() => GeneratedText.MustBe("ARCHITECTURE.md", "map", Folders());

    [Fact]
    public void The_map_names_every_file() => GeneratedText.MustBe("docs/map.md", "files", Files());

    [Fact]
    public void The_architecture_is_read_in_one_sitting() => Repository.Read("ARCHITECTURE.md").Count(letter => letter == '\n').ShouldBeLessThanOrEqualTo(150);

    static readonly string[] Spread = ["src/Revela.App/Api/", "src/Revela.App/Dashboard/"];

    static string Folders()
    {
        var text = new StringBuilder("| folder | what it holds |\n|---|---|\n");
        // The folders of Api and Dashboard are named after what their endpoints and pages are about, one a file: one row stands for all.
        foreach (var folder in Repository.In("src").Where(source => !Spread.Any(room => source.Folder.StartsWith(room, StringComparison.Ordinal))).GroupBy(source => source.Folder).OrderBy(group => group.Key, StringComparer.Ordinal))
            if (Head(folder.Key, [.. folder]) is { } head)
                text.Append($"| `{folder.Key["src/Revela.".Length..]}/` | {FirstSentence(head.Summary!)} (`{head.Name}`) |\n");
        return text.ToString();
    }

    // The file that bears the folder's name speaks for it; else the one that mentions most of the others.
    static Source? Head(string folder, Source[] files)
    {
        var name = folder[(folder.LastIndexOfAny(['/', '.']) + 1)..];
        var singular = name.EndsWith("ies", StringComparison.Ordinal) ? name[..^3] + "y" : name.TrimEnd('s');
        var spoken = files.Where(file => !string.IsNullOrEmpty(file.Summary)).ToArray();
        return spoken.FirstOrDefault(file => file.Name == name || file.Name == singular)
            ?? spoken.FirstOrDefault(file => file.Name.StartsWith(singular, StringComparison.Ordinal))
            ?? spoken.Where(file => file.Name.EndsWith(singular, StringComparison.Ordinal)).MinBy(file => file.Name.Length)
            ?? spoken.MaxBy(file => files.Count(other => other != file && file.Tokens.Any(pair => pair.Token.ValueText == other.Name)));
    }

    static string FirstSentence(string text) => text.IndexOf(". ", StringComparison.Ordinal) is var end and > 0 ? text[..(end + 1)] : text;

    static string Files()
    {
        var text = new StringBuilder();
        var files = Repository.In("src").Concat(Repository.In("bench")).Select(source => (source.Folder, source.Name, source.Summary))
            .Concat(Repository.Leaves.Select(leaf => (leaf.Folder, leaf.Name, leaf.Summary)));
        foreach (var folder in files.GroupBy(file => file.Folder).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append($"\n## {folder.Key}\n");
            foreach (var file in folder.OrderBy(file => file.Name, StringComparer.Ordinal)) text.Append($"- `{file.Name}`{(string.IsNullOrEmpty(file.Summary) ? "" : $": {file.Summary}")}\n");
        }
        return text.ToString();
    }
}
