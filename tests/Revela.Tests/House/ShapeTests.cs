using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;
using Xunit;

namespace Revela.Tests.House;

/// <summary>Files and methods stay small enough to be read at once.</summary>
public sealed class ShapeTests
{
    const int FileLines = 300;
    const int MethodLines = 40;

    /// <summary>What may be longer, and why. One that is no longer needed must go.</summary>
    static readonly Dictionary<string, string> LongFiles = [];

    /// <summary>By path and method.</summary>
    static readonly Dictionary<string, string> LongMethods = new()
    {
        ["src/Revela.App/Api/ApiRoutes.cs: Map"] = "a table: every route on one screen, a line each",
    };

    [Fact]
    public void No_file_is_longer_than_300_lines()
    {
        var found = Repository.Sources
            .Select(source => (source.Path, Lines: source.Syntax.GetText().Lines.Count))
            .Concat(Repository.Leaves.Select(leaf => (leaf.Path, Lines: leaf.Text.Count(letter => letter == '\n') + 1)))
            .Where(file => file.Lines - 1 > FileLines).Select(file => file.Path);
        found.ShouldBe(LongFiles.Keys, ignoreOrder: true);
    }

    [Fact]
    public void No_method_is_longer_than_40_lines()
    {
        var found = from source in Repository.Sources
                    from node in source.Syntax.DescendantNodes()
                    where node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax && Lines(node) > MethodLines
                    select $"{source.Path}: {Name(node)}";
        found.ShouldBe(LongMethods.Keys, ignoreOrder: true);
    }

    [Fact]
    public void Every_file_begins_with_a_summary_of_one_thing()
    {
        var silent = from source in Repository.In("src").Concat(Repository.In("bench"))
                     where source.Types.Any() && string.IsNullOrWhiteSpace(source.Summary)
                     select source.Path;
        silent.Concat(Repository.Leaves.Where(leaf => string.IsNullOrWhiteSpace(leaf.Summary)).Select(leaf => leaf.Path)).ShouldBeEmpty();
    }

    [Fact]
    public void An_interface_outside_the_core_has_two_implementations()
    {
        var types = Repository.Sources.SelectMany(source => source.Types).OfType<TypeDeclarationSyntax>().ToArray();
        var lonely = from source in Repository.In("src")
                     where !source.Path.StartsWith("src/Revela.Core/", StringComparison.Ordinal)
                     from port in source.Types.OfType<InterfaceDeclarationSyntax>()
                     let count = types.Count(type => type.BaseList?.Types.Any(one => Simple(one.Type) == port.Identifier.ValueText) ?? false)
                     where count < 2
                     select $"{source.Path}: {port.Identifier.ValueText}";
        lonely.ShouldBeEmpty();
    }

    // From the signature to the closing brace; attributes and comments before it do not count.
    static int Lines(SyntaxNode node)
    {
        var attributes = node is MemberDeclarationSyntax member ? member.AttributeLists : ((AccessorDeclarationSyntax)node).AttributeLists;
        var first = attributes.Count == 0 ? node.GetFirstToken() : attributes[^1].GetLastToken().GetNextToken();
        return node.GetLocation().GetLineSpan().EndLinePosition.Line - first.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
    }

    static string Name(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.ValueText,
        AccessorDeclarationSyntax { Parent.Parent: PropertyDeclarationSyntax property } => property.Identifier.ValueText,
        _ => node.Kind().ToString(),
    };

    static string Simple(TypeSyntax type) => type switch
    {
        QualifiedNameSyntax qualified => Simple(qualified.Right),
        SimpleNameSyntax name => name.Identifier.ValueText,
        _ => type.ToString(),
    };
}
