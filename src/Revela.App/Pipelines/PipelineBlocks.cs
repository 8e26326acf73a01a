using Revela.Core;
using Revela.Core.Jobs;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Revela.App.Pipelines;

/// <summary>A file of pipelines as text: each pipeline is a block of lines, which is read, put in another's place or taken out; everything around it stays as somebody wrote it.</summary>
sealed class PipelineBlocks
{
    readonly List<string> lines;
    readonly Dictionary<string, (int From, int To)> blocks = new(StringComparer.Ordinal);

    /// <exception cref="RevelaException"><c>wrong-state</c>: it is no YAML, or not written in blocks.</exception>
    public PipelineBlocks(string text)
    {
        lines = [.. text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')];
        if (lines is [""]) lines.Clear();
        var keys = Keys(text);
        for (var i = 0; i < keys.Count; i++)
        {
            var next = i + 1 < keys.Count ? keys[i + 1].Line : lines.Count;
            blocks[keys[i].Name] = (keys[i].Line, End(keys[i].Line, next));
        }
    }

    public IReadOnlyCollection<string> Names => blocks.Keys;

    /// <summary>The block of a pipeline; null when there is none.</summary>
    public string? Find(string name) => blocks.TryGetValue(name, out var block) ? Text(lines[block.From..block.To]) : null;

    /// <summary>The whole text with a block in the place of another's, or at its end.</summary>
    public string With(string? name, string block)
    {
        var written = block.ReplaceLineEndings("\n").Trim('\n').Split('\n');
        if (name is not null && blocks.TryGetValue(name, out var old)) return Text([.. lines[..old.From], .. written, .. lines[old.To..]]);
        return Text(lines.Count == 0 ? [.. written] : [.. lines, "", .. written]);
    }

    /// <summary>The whole text without a block and the comment right above it.</summary>
    public string Without(string name)
    {
        var (from, to) = blocks[name];
        while (from > 0 && lines[from - 1].StartsWith('#')) from--;
        while (to < lines.Count && lines[to].Length == 0) to++;
        return Text([.. lines[..from], .. lines[to..]]);
    }

    static List<(string Name, int Line)> Keys(string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 0) return [];
            if (stream.Documents is [{ RootNode: YamlMappingNode root }] && root.Children.Keys.All(IsAtTheMargin))
                return [.. root.Children.Keys.Select(key => (((YamlScalarNode)key).Value ?? "", (int)key.Start.Line - 1))];
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException)
        {
            // Told below.
        }
        throw new RevelaException(ErrorCodes.WrongState, "pipelines.yaml is not written in blocks that could be changed one by one: mend it by hand.");
    }

    static bool IsAtTheMargin(YamlNode key) => key is YamlScalarNode && key.Start.Column == 1;

    // Comments and empty lines in front of the next block belong to that.
    int End(int from, int next)
    {
        var end = next;
        while (end > from + 1 && (lines[end - 1].Trim().Length == 0 || lines[end - 1].StartsWith('#'))) end--;
        return end;
    }

    static string Text(IReadOnlyList<string> lines) => string.Join('\n', lines) + "\n";
}
