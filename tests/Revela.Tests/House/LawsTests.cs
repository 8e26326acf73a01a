using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;
using Xunit;

namespace Revela.Tests.House;

/// <summary>Each law has tests that fail when it is broken, and docs/laws.md names them.</summary>
public sealed partial class LawsTests
{
    static readonly Dictionary<int, string[]> Named = Repository.Read("docs/laws.md").Split('\n')
        .Select(line => Row().Match(line)).Where(row => row.Success)
        .ToDictionary(row => int.Parse(row.Groups[1].Value), row => TestName().Matches(row.Groups[2].Value).Select(name => name.Groups[1].Value).ToArray());

    [Fact]
    public void Every_law_has_a_test() => Enumerable.Range(1, 12).Where(law => !Named.TryGetValue(law, out var tests) || tests.Length == 0).ShouldBeEmpty();

    [Fact]
    public void Every_named_test_exists() => Named.Values.SelectMany(names => names).Except(Tests()).ShouldBeEmpty();

    static IEnumerable<string> Tests() =>
        from source in Repository.In("tests")
        from method in source.Syntax.DescendantNodes().OfType<MethodDeclarationSyntax>()
        where method.Identifier.ValueText.Contains('_')
        let type = method.FirstAncestorOrSelf<TypeDeclarationSyntax>()
        where type is not null
        select $"{type.Identifier.ValueText}.{method.Identifier.ValueText}";

    [GeneratedRegex(@"^\| (\d+) \|(.*)$")]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+\.\w+)`")]
    private static partial Regex TestName();
}
