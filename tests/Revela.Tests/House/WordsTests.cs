using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;
using Xunit;

namespace Revela.Tests.House;

/// <summary>Words that belong to one room are spoken in that room only.</summary>
public sealed partial class WordsTests
{
    /// <summary>A name, a pattern of names or dotted names, and the files or folders that may use it.</summary>
    static readonly (string Word, string Pattern, string[] Allowed)[] Names =
    [
        ("SQLite", @"^(Sqlite[A-Z]\w*|SQLite3Provider\w*|SQLitePCL|Microsoft\.Data\.Sqlite)$", ["src/Revela.Storage/Sqlite/", "src/Revela.Storage/EmbeddedStore.cs"]),
        ("PostgreSQL", @"^Npgsql\w*$", ["src/Revela.Storage/Postgres/", "src/Revela.Storage/Signals/Postgres/"]),
        ("RabbitMQ", @"^RabbitMQ$", ["src/Revela.Storage/Broker/", "src/Revela.Storage/Signals/RabbitMq/"]),
        ("P/Invoke", @"^(DllImport|LibraryImport)(Attribute)?$", ["src/Revela.Imaging/Native/"]),
        // Two other places load native code by name: SQLite comes from the system, and .NET cannot flush a folder.
        ("native libraries", @"^NativeLibrary$", ["src/Revela.Imaging/Native/", "src/Revela.Storage/Sqlite/NativeSqlite.cs", "src/Revela.Storage/Objects/Files/NativeFolder.cs"]),
        ("S3", @"^Amazon$", ["src/Revela.Storage/Objects/S3/", "src/Revela.Providers/S3/"]),
        // The wire fakes of services answer requests too.
        ("HTTP requests", @"^(HttpContext|HttpRequest|HttpResponse)$", ["src/Revela.App/", "src/Revela.Providers/"]),
        ("the console", @"^(Console|AnsiConsole)$", ["src/Revela.App/Cli/"]),
    ];

    [Fact]
    public void Names_stay_in_their_rooms()
    {
        var broken = from source in Repository.In("src")
                     from token in source.Tokens
                     where token.Token.IsKind(SyntaxKind.IdentifierToken)
                     from rule in Names
                     where Regex.IsMatch(token.Token.ValueText, rule.Pattern) && !rule.Allowed.Any(place => source.Path.StartsWith(place, StringComparison.Ordinal))
                     where !IsNamespace(token.Token.Parent)
                     select $"{source.Path}:{token.Line}: {token.Token.ValueText} ({rule.Word})";
        broken.ShouldBeEmpty();
    }

    [Fact]
    public void Sql_is_written_in_the_stores_only() =>
        StringsThat(SqlText(), "src/Revela.Storage/Sqlite/", "src/Revela.Storage/Postgres/", "src/Revela.Storage/Signals/Postgres/").ShouldBeEmpty();

    [Fact]
    public void Object_keys_are_spelt_in_one_place() => StringsThat(KeyText(), "src/Revela.Core/Assets/").ShouldBeEmpty();

    [Fact]
    public void No_type_is_a_manager_helper_util_base_or_processor()
    {
        var broken = from source in Repository.Sources
                     from type in source.Types
                     where VagueName().IsMatch(type.Identifier.ValueText)
                     select $"{source.Path}: {type.Identifier.ValueText}";
        broken.ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_is_left_to_do_and_nothing_is_folded_away()
    {
        var broken = from source in Repository.Sources
                     from trivia in source.Syntax.DescendantTrivia()
                     where trivia.IsKind(SyntaxKind.RegionDirectiveTrivia)
                         || (trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia)) && Unfinished().IsMatch(trivia.ToString())
                     select $"{source.Path}: {trivia}";
        broken.ShouldBeEmpty();
    }

    [Fact]
    public void Clocks_and_sleeps_stay_banned()
    {
        var banned = Repository.Read("BannedSymbols.txt");
        foreach (var symbol in (string[])["DateTime.Now", "DateTime.UtcNow", "DateTimeOffset.UtcNow", "Threading.Thread.Sleep", "Threading.Tasks.Task.Delay"])
            banned.ShouldContain($":System.{symbol}");
        // The build refuses what is banned, unless somebody silences it.
        var rules = Directory.EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            .Concat(["Directory.Build.props", ".editorconfig"]).Where(path => Repository.Read(path).Contains("RS0030", StringComparison.Ordinal));
        var pragmas = from source in Repository.Sources
                      from trivia in source.Syntax.DescendantTrivia()
                      where trivia.IsKind(SyntaxKind.PragmaWarningDirectiveTrivia) && trivia.ToString().Contains("RS0030", StringComparison.Ordinal)
                      select source.Path;
        rules.Concat(pragmas).ShouldBeEmpty();
    }

    static IEnumerable<string> StringsThat(Regex pattern, params string[] allowed) =>
        from source in Repository.In("src")
        where !allowed.Any(place => source.Path.StartsWith(place, StringComparison.Ordinal))
        from literal in source.Strings
        where pattern.IsMatch(literal.Text)
        select $"{source.Path}:{literal.Line}: {literal.Text}";

    // A room's own name, where it is imported from, is not the word.
    static bool IsNamespace(Microsoft.CodeAnalysis.SyntaxNode? node) =>
        node?.AncestorsAndSelf().Any(above => above is UsingDirectiveSyntax { Name: { } name } && name.ToString().StartsWith("Revela.", StringComparison.Ordinal)) ?? false;

    [GeneratedRegex(@"^\s*(select\s.+\sfrom\s|insert\s+(or\s+\w+\s+)?into\s|update\s+\w+\s+set\s|delete\s+from\s|create\s+(unique\s+)?(table|index)\s|pragma\s)", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex SqlText();

    [GeneratedRegex(@"\b(originals|processed)/")]
    private static partial Regex KeyText();

    [GeneratedRegex(@"(Manager|Helpers?|Utils?|Utilities|Base|Processor)$")]
    private static partial Regex VagueName();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex Unfinished();
}
