using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Revela.Tests.House;

/// <summary>The checkout that these tests were built from, as text and as syntax.</summary>
static class Repository
{
    static readonly CSharpParseOptions Language = new(LanguageVersion.Preview);

    public static string Root { get; } = Find();

    /// <summary>Every C# file, by its path from the root.</summary>
    public static IReadOnlyList<Source> Sources { get; } = [.. ((string[])["src", "tests", "bench"]).SelectMany(Load).OrderBy(source => source.Path, StringComparer.Ordinal)];

    /// <summary>Every view, style and script of the dashboard.</summary>
    public static IReadOnlyList<Leaf> Leaves { get; } = [.. ((string[])["*.razor", "*.css", "*.js"]).SelectMany(LoadLeaves).OrderBy(leaf => leaf.Path, StringComparer.Ordinal)];

    public static IEnumerable<Source> In(string folder) => Sources.Where(source => source.Path.StartsWith(folder + "/", StringComparison.Ordinal));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    static IEnumerable<Source> Load(string folder) =>
        Files(folder, "*.cs").Select(file => new Source(file, (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(Read(file), Language).GetRoot()));

    static IEnumerable<Leaf> LoadLeaves(string pattern) => Files("src", pattern).Select(file => new Leaf(file, Read(file)));

    static IEnumerable<string> Files(string folder, string pattern) =>
        from file in Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Root, file).Replace('\\', '/')
        where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
        select path;

    static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "revela.slnx"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("these tests must run inside the checkout that they were built from");
    }
}

/// <summary>One view, style or script: no C#, but it keeps the rules of files.</summary>
/// <param name="Path">From the root, with slashes.</param>
sealed record Leaf(string Path, string Text)
{
    public string Folder => Path[..Path.LastIndexOf('/')];

    /// <summary>With its extension.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The comment that it begins with, in one line; null when there is none.</summary>
    public string? Summary
    {
        get
        {
            var (open, close) = System.IO.Path.GetExtension(Path) switch { ".razor" => ("@*", "*@"), ".css" => ("/*", "*/"), _ => ("//", "\n\n") };
            if (!Text.StartsWith(open, StringComparison.Ordinal) || Text.IndexOf(close, StringComparison.Ordinal) is not (> 0 and var end)) return null;
            var lines = Text[open.Length..end].Split('\n').Select(line => line.Trim()).TakeWhile(line => open != "//" || !line.StartsWith("import ", StringComparison.Ordinal));
            return string.Join(' ', lines.Select(line => line.StartsWith("//", StringComparison.Ordinal) ? line[2..].Trim() : line)).Trim();
        }
    }
}

/// <summary>One C# file.</summary>
/// <param name="Path">From the root, with slashes.</param>
sealed record Source(string Path, CompilationUnitSyntax Syntax)
{
    public string Folder => Path[..Path.LastIndexOf('/')];
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The folder inside the room, such as <c>Revela.Core/Jobs</c>.</summary>
    public string Room => Folder[(Folder.IndexOf('/') + 1)..];

    /// <summary>Tokens without comments, each with its line from 1.</summary>
    public IEnumerable<(SyntaxToken Token, int Line)> Tokens => Syntax.DescendantTokens().Select(token => (token, LineOf(token)));

    // No type is declared inside of a method: bodies are most of the nodes.
    public IEnumerable<BaseTypeDeclarationSyntax> Types => Syntax
        .DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or BaseTypeDeclarationSyntax).OfType<BaseTypeDeclarationSyntax>();

    /// <summary>Text of the string literals, interpolated ones included.</summary>
    public IEnumerable<(string Text, int Line)> Strings => Tokens
        .Where(pair => pair.Token.IsKind(SyntaxKind.StringLiteralToken) || pair.Token.IsKind(SyntaxKind.MultiLineRawStringLiteralToken)
            || pair.Token.IsKind(SyntaxKind.SingleLineRawStringLiteralToken) || pair.Token.IsKind(SyntaxKind.InterpolatedStringTextToken))
        .Select(pair => (pair.Token.ValueText, pair.Line));

    /// <summary>What the first summary of the file says, tags taken off; null when there is none.</summary>
    public string? Summary =>
        Syntax.DescendantNodes().FirstOrDefault(node => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax) is { } type ? SummaryOf(type) : null;

    /// <summary>What the summary of a declaration says, tags taken off; null when there is none.</summary>
    public static string? SummaryOf(SyntaxNode declared)
    {
        var xml = declared.GetLeadingTrivia().Select(trivia => trivia.GetStructure()).OfType<DocumentationCommentTriviaSyntax>()
            .SelectMany(comment => comment.Content.OfType<XmlElementSyntax>()).FirstOrDefault(element => element.StartTag.Name.ToString() == "summary");
        return xml is null ? null : Plain(xml.Content);
    }

    static string Plain(SyntaxList<XmlNodeSyntax> content)
    {
        var words = string.Concat(content.Select(node => node switch
        {
            XmlTextSyntax text => string.Concat(text.TextTokens.Select(token => token.ValueText)),
            XmlElementSyntax { StartTag.Name: var name } element when name.ToString() == "c" => $"`{Plain(element.Content)}`",
            XmlElementSyntax element => Plain(element.Content),
            XmlEmptyElementSyntax empty => $"`{empty.Attributes.OfType<XmlCrefAttributeSyntax>().FirstOrDefault()?.Cref.ToString().Split('.')[^1] ?? empty.Attributes.OfType<XmlNameAttributeSyntax>().FirstOrDefault()?.Identifier.ToString()}`",
            _ => "",
        }));
        return string.Join(' ', words.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
    }

    static int LineOf(SyntaxToken token) => token.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
}
