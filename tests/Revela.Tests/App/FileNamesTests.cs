using Revela.App.Uploads;
using Shouldly;
using Xunit;

namespace Revela.Tests.App;

/// <summary>A client's file name is shown and offered for saving, so nothing in it may lead anywhere.</summary>
public sealed class FileNamesTests
{
    [Theory]
    [InlineData("photo.jpg", "photo.jpg")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("..\\..\\windows\\win.ini", "win.ini")]
    [InlineData("/absolute/a b.png", "a b.png")]
    [InlineData("C:\\x\\y.png", "y.png")]
    [InlineData("nul\0l.png", "null.png")]
    [InlineData("line\r\nbreak.png", "linebreak.png")]
    [InlineData("\u202Egpj.exe", "gpj.exe")]
    [InlineData("a<b>:\"|?*c.png", "a_b______c.png")]
    [InlineData("  .hidden. ", "hidden")]
    [InlineData("naïve-写真.jpg", "naïve-写真.jpg")]
    public void A_name_keeps_what_is_harmless(string given, string clean) => FileNames.Clean(given).ShouldBe(clean);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/")]
    [InlineData("\u0001\u0002")]
    public void A_name_of_nothing_is_none(string? given) => FileNames.Clean(given).ShouldBeNull();

    [Fact]
    public void A_long_name_is_cut_and_keeps_its_extension()
    {
        var clean = FileNames.Clean(new string('x', 5000) + ".jpeg")!;
        clean.Length.ShouldBe(200);
        clean.ShouldEndWith("x.jpeg");
    }
}
