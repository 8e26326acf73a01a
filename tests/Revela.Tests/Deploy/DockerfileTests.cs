using System.Text.RegularExpressions;
using Revela.Tests.House;
using Shouldly;
using Xunit;

namespace Revela.Tests.Deploy;

/// <summary>What can be known of the image without building it.</summary>
public sealed partial class DockerfileTests
{
    static readonly string Text = Repository.Read("deploy/Dockerfile").Replace("\\\n", " ", StringComparison.Ordinal);

    static readonly IReadOnlyList<(string Verb, string What)> Lines =
        [.. Text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ', 2)).Select(parts => (parts[0], parts[1].Trim()))];

    static IEnumerable<string> Of(string verb) => Lines.Where(line => line.Verb == verb).Select(line => line.What);

    [Fact]
    public void It_is_built_in_stages_and_the_last_one_has_no_compiler()
    {
        Of("FROM").Count().ShouldBeGreaterThan(1);
        Of("FROM").Last().ShouldNotContain("sdk");
        Lines.Select(line => line.Verb).Distinct().Except(["FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "ENTRYPOINT", "CMD"]).ShouldBeEmpty();
    }

    [Fact]
    public void It_runs_as_nobody_in_particular()
    {
        Of("USER").Single().ShouldBe("10001:10001");
        var last = Lines.ToList().FindLastIndex(line => line.Verb == "USER");
        Lines.Skip(last).ShouldNotContain(line => line.Verb == "RUN");
        Of("ENTRYPOINT").Single().ShouldBe("""["/opt/revela/revela"]""");
        Of("CMD").Single().ShouldBe("""["serve"]""");
    }

    [Fact]
    public void It_has_every_library_that_the_program_needs_here()
    {
        var needed = Regex.Match(Repository.Read("run"), @"need_libraries\(\) \{(.*?)\n\}", RegexOptions.Singleline).Groups[1].Value;
        var packages = Package().Matches(needed).Select(found => found.Groups[1].Value).ToList();
        packages.ShouldContain("libvips42");
        var installed = Of("RUN").Single(line => line.Contains("apt-get install", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        packages.Except(installed).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_copied_is_there_and_is_let_through()
    {
        var allowed = Repository.Read(".dockerignore").Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..]).ToList();
        foreach (var path in Of("COPY").Where(line => !line.StartsWith("--from", StringComparison.Ordinal)).SelectMany(line => line.Split(' ')[..^1]))
        {
            Path.Exists(Path.Combine(Repository.Root, path)).ShouldBeTrue(path);
            allowed.ShouldContain(one => path == one || path.StartsWith(one + "/", StringComparison.Ordinal), path);
        }
    }

    [Fact]
    public void Every_project_of_the_program_is_restored_before_the_sources_are_copied()
    {
        var projects = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file)).Where(file => !file.Contains("/obj/"));
        Of("COPY").SelectMany(line => line.Split(' ')[..^1]).Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)).ShouldBe(projects, ignoreOrder: true);
    }

    [GeneratedRegex(@"missing\+=\((\S+)\)")]
    private static partial Regex Package();
}
