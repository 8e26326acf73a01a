using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;
using Xunit;

namespace Revela.Tests.House;

/// <summary>Who may see whom: Core none of ours, Imaging, Providers and Storage never each other, App all.</summary>
public sealed class WallsTests
{
    static readonly Dictionary<string, string[]> Sees = new()
    {
        ["Revela.Core"] = [],
        ["Revela.Imaging"] = ["Revela.Core"],
        ["Revela.Providers"] = ["Revela.Core"],
        ["Revela.Storage"] = ["Revela.Core"],
        ["Revela.App"] = ["Revela.Core", "Revela.Imaging", "Revela.Providers", "Revela.Storage"],
    };

    /// <summary>The stages in the order of an image's way; none knows an earlier one.</summary>
    static readonly string[] Stages = ["Intake", "Submitter", "Worker", "JobExecutor", "EventFeed"];

    static IEnumerable<string> Rooms => Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(path => Path.GetFileName(path)!);

    [Fact]
    public void Every_room_is_one_that_the_plan_names() => Rooms.ShouldBeSubsetOf(Sees.Keys);

    [Fact]
    public void Projects_reference_only_the_rooms_they_may_see()
    {
        foreach (var room in Rooms)
        {
            var project = XDocument.Parse(Repository.Read($"src/{room}/{room}.csproj"));
            var references = project.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
            references.ShouldBeSubsetOf(Sees[room], room);
        }
    }

    [Fact]
    public void Code_names_only_the_rooms_it_may_see()
    {
        var broken = from room in Rooms
                     from source in Repository.In($"src/{room}")
                     from node in source.Syntax.DescendantNodes()
                     where node is QualifiedNameSyntax or MemberAccessExpressionSyntax
                     let name = node.ToString()
                     from other in Sees.Keys
                     where other != room && !Sees[room].Contains(other) && (name == other || name.StartsWith(other + ".", StringComparison.Ordinal))
                     select $"{source.Path}: {name}";
        broken.Distinct().ShouldBeEmpty();
    }

    [Fact]
    public void A_namespace_is_the_folder_it_lives_in()
    {
        var broken = from source in Repository.In("src").Concat(Repository.In("tests/Revela.Tests"))
                     let declared = source.Syntax.Members.OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString()
                     where declared is not null && declared != source.Room.Replace('/', '.')
                     select $"{source.Path}: {declared}";
        broken.ShouldBeEmpty();
    }

    [Fact]
    public void No_stage_calls_upstream()
    {
        for (var i = 1; i < Stages.Length; i++)
        {
            var source = Repository.Sources.Single(source => source.Path == $"src/Revela.Core/Flow/{Stages[i]}.cs");
            Names(source).Intersect(Stages[..i]).ShouldBeEmpty(source.Path);
        }
    }

    [Fact]
    public void Nouns_know_nothing_of_the_flow()
    {
        var broken = from source in Repository.In("src/Revela.Core")
                     where !source.Path.Contains("/Flow/", StringComparison.Ordinal)
                     from use in source.Syntax.Usings
                     where use.Name?.ToString() == "Revela.Core.Flow"
                     select source.Path;
        broken.ShouldBeEmpty();
    }

    static IEnumerable<string> Names(Source source) =>
        source.Tokens.Where(pair => pair.Token.IsKind(SyntaxKind.IdentifierToken)).Select(pair => pair.Token.ValueText).Distinct();
}
