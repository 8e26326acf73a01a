using System.Text.Json.Nodes;
using Revela.Core.Assets;
using Shouldly;
using Xunit;

namespace Revela.Tests.Core.Assets;

/// <summary>What colours are called, and which a picture has.</summary>
public sealed class ColourWordsTests
{
    // Colours that CSS has names for, each beside the word that people would use.
    [Theory]
    [InlineData("black", "#000000")]
    [InlineData("white", "#ffffff #fffff0 #f5f5dc")]
    [InlineData("grey", "#808080 #c0c0c0 #708090")]
    [InlineData("red", "#ff0000 #dc143c #8b0000 #ff6347")]
    [InlineData("orange", "#ffa500 #ff8c00 #ff7f50")]
    [InlineData("yellow", "#ffff00 #ffd700 #f0e68c #daa520")]
    [InlineData("green", "#008000 #808000 #9acd32 #98fb98 #2e8b57")]
    [InlineData("blue", "#0000ff #000080 #87ceeb #4682b4 #00ffff")]
    [InlineData("purple", "#800080 #4b0082 #9370db #da70d6")]
    [InlineData("pink", "#ffc0cb #ff69b4 #ff1493 #fa8072")]
    [InlineData("brown", "#8b4513 #a0522d #d2b48c #6f4e37")]
    public void A_colour_is_called_what_people_call_it(string word, string spelled)
    {
        foreach (var hex in spelled.Split(' ')) ColourWords.NamesOf(ColourWords.Read(hex)!.Value).ShouldBe([word], hex);
        ColourWords.NamesOf(ColourWords.Read(word.ToUpperInvariant())!.Value).ShouldBe([word]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("none")]
    [InlineData("red, blue")]
    [InlineData("3")]
    [InlineData("#fff")]
    [InlineData("#12345g")]
    [InlineData("ff0000")]
    public void What_is_no_colour_is_none(string? text) => ColourWords.Read(text).ShouldBeNull();

    [Fact]
    public void A_picture_has_what_a_tenth_of_it_shows_in_one_tone_or_several()
    {
        const string dominant = """
            [{"colour": "#101010", "part": 0.5}, {"colour": "#cc1122", "part": 0.3}, {"colour": "#1122cc", "part": 0.06}, {"colour": "#4682b4", "part": 0.05}, {"colour": "#ffd700", "part": 0.09}]
            """;
        ColourWords.MuchOf(JsonNode.Parse(dominant)).ShouldBe(Colours.Black | Colours.Red | Colours.Blue);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("[7, null, [], {}]")]
    [InlineData("""[{"colour": 7, "part": 1}, {"colour": "#cc1122", "part": "all"}, {"colour": "#cc1122"}, {"colour": "#cc112233", "part": 1}]""")]
    public void Whatever_else_is_told_has_no_colours(string told) => ColourWords.MuchOf(JsonNode.Parse(told)).ShouldBe(Colours.None);

    [Fact]
    public void Rows_keep_the_bits_that_they_have() =>
        ColourWords.All.Select(word => (word, (int)ColourWords.Read(word)!.Value)).ShouldBe(
        [
            ("red", 1), ("orange", 2), ("yellow", 4), ("green", 8), ("blue", 16), ("purple", 32), ("pink", 64), ("brown", 128), ("white", 256), ("grey", 512), ("black", 1024),
        ]);
}
