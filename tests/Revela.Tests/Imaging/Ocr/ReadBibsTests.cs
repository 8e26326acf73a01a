using System.Text.Json.Nodes;
using Revela.Imaging.Native.Vips;
using Revela.Tests.Imaging.Operations;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Ocr;

/// <summary>What read-bibs says of single bibs, and what it leaves alone.</summary>
public sealed class ReadBibsTests : IDisposable
{
    readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    [Theory]
    [InlineData(20, 240)]
    [InlineData(240, 30)]
    public async Task A_number_of_either_polarity_is_read_with_its_box(byte ink, byte plate)
    {
        var data = await studio.Look(Written("4715", ink, plate), "read-bibs");
        var found = data["detections"]!.AsArray().ShouldHaveSingleItem()!;
        found["bib"]!.GetValue<string>().ShouldBe("4715");
        found["confidence"]!.GetValue<double>().ShouldBeInRange(0.8, 1);
        var box = found["box"]!;
        box["x"]!.GetValue<int>().ShouldBeInRange(195, 245);
        box["y"]!.GetValue<int>().ShouldBeInRange(170, 200);
        box["height"]!.GetValue<int>().ShouldBeInRange(40, 66);
    }

    [Fact]
    public async Task Where_nothing_is_written_nothing_is_read()
    {
        using var gradient = Pictures.Gradient(800, 600);
        var data = await studio.Look(studio.Write(gradient, "in.png"), "read-bibs");
        data["detections"]!.AsArray().ShouldBeEmpty();
        data["review"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_not_on_the_roster_goes_to_review_with_the_reason()
    {
        var input = Written("4715", 20, 240);
        Detected(await studio.Look(input, "read-bibs:roster=\"17,4000-4999\"")).ShouldBe(["4715"]);

        var other = await studio.Look(input, "read-bibs:roster=\"17,4714\"");
        Detected(other).ShouldBeEmpty();
        var doubtful = other["review"]!.AsArray().ShouldHaveSingleItem()!;
        doubtful["bib"]!.GetValue<string>().ShouldBe("4715");
        doubtful["reason"]!.GetValue<string>().ShouldContain("roster");
    }

    [Fact]
    public async Task A_number_cut_off_by_the_edge_is_not_asserted()
    {
        var whole = Written("84715", 20, 240);
        var made = await studio.Develop(whole, "crop:x=235,y=0,width=365,height=400", "read-bibs");
        Detected(made.Data!).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("4715,84716,400-900", true)]
    [InlineData("4715,84715", false)]
    [InlineData("4715,10000-20000", false)]
    public async Task A_number_that_may_go_on_is_whole_where_the_roster_knows_no_longer_one(string given, bool isAsserted)
    {
        var whole = Written("84715", 20, 240);
        var made = await studio.Develop(whole, "crop:x=235,y=0,width=365,height=400", $"read-bibs:roster=\"{given}\"");
        Detected(made.Data!).ShouldBe(isAsserted ? ["4715"] : []);
    }

    [Fact]
    public async Task Digits_in_other_writing_are_no_race_number()
    {
        Detected(await studio.Look(Written("AC 1904", 20, 240), "read-bibs")).ShouldBeEmpty();
        Detected(await studio.Look(Written("DA-744-KJ", 20, 240), "read-bibs")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Boxes_are_those_of_the_upright_picture()
    {
        using var picture = Studio.Open(Written("4715", 20, 240));
        using var turned = VipsOperation.Call("rot", ("in", picture), ("angle", "d270"));
        using var marked = turned.Copy();
        marked.SetInt("orientation", 6);
        var data = await studio.Look(studio.Write(marked, "turned.jpg"), "read-bibs");
        var box = data["detections"]!.AsArray().ShouldHaveSingleItem()!["box"]!;
        box["x"]!.GetValue<int>().ShouldBeInRange(195, 245);
        box["y"]!.GetValue<int>().ShouldBeInRange(170, 200);
    }

    [Fact]
    public async Task An_annotated_picture_shows_the_box()
    {
        using var drawn = Studio.Open(await studio.Develop(Written("4715", 20, 240), "read-bibs:annotate=true"));
        var pixels = drawn.Pixels();
        var green = Enumerable.Range(0, pixels.Length / 3).Count(i => pixels[3 * i] < 60 && pixels[3 * i + 1] > 150 && pixels[3 * i + 2] < 120);
        green.ShouldBeGreaterThan(500);
    }

    [Fact]
    public async Task Further_steps_work_on_and_keep_what_was_found()
    {
        var made = await studio.Develop(Written("4715", 20, 240), "read-bibs", "resize:width=300");
        made.Width.ShouldBe(300);
        Detected(made.Data!).ShouldBe(["4715"]);
    }

    internal static string[] Detected(JsonObject data) =>
        [.. data["detections"]!.AsArray().Select(one => one!["bib"]!.GetValue<string>())];

    string Written(string text, byte ink, byte plate)
    {
        var sheet = new Sheet(600, 400, [110, 130, 90]);
        sheet.Fill(120, 110, 380, 180, [plate, plate, plate]);
        sheet.Write(text, "DejaVu Sans Bold", 300, 200, 50, 340, [ink, ink, ink]);
        return studio.Write(sheet.ToImage(), $"{Guid.NewGuid():N}.png");
    }
}
