using Revela.App.Recipes;
using Revela.App.Recipes.RacePhotos;
using Revela.Core;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Recipes;

/// <summary>How tables and rosters are read.</summary>
public sealed class RosterFileTests
{
    [Theory]
    [InlineData("bib,name\n145,Ana\n7,\"Bea, the fast\"\n")]
    [InlineData("name;dorsal\r\nAna;145\r\n\r\n\"Bea, the fast\";7")]
    [InlineData("\uFEFF145\tAna\n7\tBea, the fast")]
    public void Numbers_and_names_are_read_however_they_are_separated(string csv)
    {
        var roster = RosterFile.Read(csv);
        roster.Count.ShouldBe(2);
        (roster["145"], roster["7"]).ShouldBe(("Ana", "Bea, the fast"));
    }

    [Fact]
    public void Numbers_alone_are_a_roster_too() => RosterFile.Read("bib\n145\n0007").Keys.ShouldBe(["145", "0007"], ignoreOrder: true);

    [Theory]
    [InlineData("")]
    [InlineData("bib,name\nAna,145")]
    [InlineData("145,Ana\n145,Bea")]
    [InlineData("1234567890,Ana")]
    public void A_roster_with_mistakes_is_refused(string csv) => Should.Throw<RevelaException>(() => RosterFile.Read(csv)).Error.Code.ShouldBe("invalid-request");

    [Fact]
    public void Neighbours_become_ranges() => RosterFile.Ranges(["3", "1", "2", "9", "007", "11", "12"]).ShouldBe(["007", "1-3", "9", "11-12"]);

    [Fact]
    public void Quotes_may_hold_quotes_separators_and_lines() =>
        CsvTable.Rows("a,\"b \"\"c\"\",\nd\"\ne,\"open").Select(row => string.Join('|', row)).ShouldBe(["a|b \"c\",\nd", "e|open"]);
}
