using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Pipelines;
using Revela.Imaging.Operations;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Operations;

public sealed class OperationCatalogTests
{
    readonly OperationCatalog catalog = new();

    [Fact]
    public void Every_operation_is_there_with_a_schema_of_its_options()
    {
        catalog.All.Select(o => o.Name).ShouldBe(
            [
                "grayscale", "resize", "thumbnail", "crop", "rotate", "flip", "flatten", "blur", "sharpen", "watermark", "remove-background", "upscale", "restyle", "convert", "strip", "publish",
                "inspect", "read-bibs", "pause",
            ]);
        foreach (var operation in catalog.All)
        {
            operation.Summary.ShouldNotBeNullOrWhiteSpace();
            operation.Schema["type"]!.GetValue<string>().ShouldBe("object");
            foreach (var (name, property) in operation.Schema["properties"]!.AsObject())
                property!["description"].ShouldNotBeNull($"{operation.Name}.{name}");
        }
    }

    [Fact]
    public void A_schema_tells_types_bounds_choices_and_defaults()
    {
        var properties = catalog.Find("resize")!.Schema["properties"]!;
        properties["width"]!["minimum"]!.GetValue<int>().ShouldBe(1);
        properties["width"]!["type"]!.ToJsonString().ShouldContain("integer");
        properties["fit"]!["enum"]!.AsArray().Select(v => v!.GetValue<string>()).ShouldBe(["fit", "fill", "cover", "pad"]);
        properties["fit"]!["default"]!.GetValue<string>().ShouldBe("fit");
        properties["background"]!["default"]!.GetValue<string>().ShouldBe("#ffffff");
        catalog.Find("crop")!.Schema["required"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public void Defaults_are_filled_in_and_values_get_one_spelling()
    {
        var a = Normalised("resize", """{"width": 200.0, "background": "WHITE", "fit": "Cover", "height": 100}""");
        var b = Normalised("resize", """{"height": 100, "fit": "cover", "width": 200, "gravity": "centre", "enlarge": false}""");
        a.ShouldBe(b);
        a.ShouldBe("""{"width":200,"height":100,"fit":"cover","gravity":"centre","background":"#ffffff","enlarge":false}""");
        Normalised("resize", b).ShouldBe(b);
        Normalised("grayscale", "{}").ShouldBe("{}");
    }

    [Fact]
    public void Every_mistake_is_told_with_its_option()
    {
        var mistakes = Mistakes("resize", """{"width": 0, "height": "tall", "fit": 3, "colour": 1, "enlarge": "yes", "background": "#12"}""");
        mistakes.Count.ShouldBe(6);
        foreach (var (i, name) in ((string[])["width", "height", "fit", "colour", "enlarge", "background"]).Index()) mistakes[i].ShouldContain(name);
        mistakes.ShouldAllBe(m => m.StartsWith("resize: "));
    }

    [Theory]
    [InlineData("resize", "{}", "width or height")]
    [InlineData("resize", """{"width": 10, "fit": "cover"}""", "needs both")]
    [InlineData("resize", """{"width": 10.5}""", "whole number")]
    [InlineData("crop", """{"width": 10}""", "height is missing")]
    [InlineData("crop", """{"width": 10, "height": 10, "x": 3}""", "x and y")]
    [InlineData("watermark", "{}", "text or image")]
    [InlineData("watermark", """{"image": "bm90aGluZyBvZiB0aGF0IGtpbmQ="}""", "base64")]
    [InlineData("convert", """{"format": "bmp"}""", "one of jpeg, png")]
    [InlineData("convert", """{"quality": 101}""", "from 1 to 100")]
    [InlineData("convert", """{"format": "jpeg", "lossless": true}""", "lossless")]
    [InlineData("pause", """{"seconds": 3601}""", "seconds")]
    [InlineData("strip", """{"keep_gps": true}""", "keep_other")]
    [InlineData("sepia", "{}", "no operation")]
    public void What_cannot_be_is_a_mistake(string operation, string options, string words) =>
        Mistakes(operation, options).ShouldHaveSingleItem().ShouldContain(words);

    [Fact]
    public void An_unknown_engine_is_a_mistake() =>
        Mistakes(new Step("blur", [], Engine: "magic")).ShouldHaveSingleItem().ShouldContain("magic");

    [Fact]
    public void The_engine_version_names_the_libraries() =>
        catalog.EngineVersion(new Step("blur", [])).ShouldMatch(@"^vips-8\.\d+\.\d+\+turbojpeg-\d");

    [Theory]
    [InlineData("resize:width=200,height=100", "resize", """{"width":200,"height":100}""")]
    [InlineData("resize:width=200,fit=cover,enlarge=true", "resize", """{"width":200,"fit":"cover","enlarge":true}""")]
    [InlineData("grayscale", "grayscale", "{}")]
    [InlineData("watermark:text=\"Hello, \\\"you\\\"\",opacity=0.5", "watermark", """{"text":"Hello, \"you\"","opacity":0.5}""")]
    [InlineData("watermark:text=2026", "watermark", """{"text":"2026"}""")]
    [InlineData("strip:keep-profile=false", "strip", """{"keep_profile":false}""")]
    [InlineData("resize:width=wide", "resize", """{"width":"wide"}""")]
    public void A_short_form_is_a_step(string text, string operation, string options)
    {
        var step = catalog.Parse(text);
        step.Op.ShouldBe(operation);
        JsonNode.DeepEquals(step.Options, JsonNode.Parse(options)).ShouldBeTrue(step.Options.ToJsonString());
    }

    [Theory]
    [InlineData("sepia", "unknown-operation")]
    [InlineData("resize:200", "invalid-options")]
    public void A_wrong_short_form_says_what_is_wrong(string text, string code) =>
        Should.Throw<RevelaException>(() => catalog.Parse(text)).Error.Code.ShouldBe(code);

    [Fact]
    public void Memory_grows_with_the_picture_and_with_what_is_made_of_it()
    {
        int Megabytes(string step, int width, int height, string type = "image/jpeg", int frames = 1) =>
            catalog.Megabytes([catalog.Parse(step)], new ImageHeader(type, width, height, frames, 3, 8));

        Megabytes("grayscale", 1, 1).ShouldBeGreaterThanOrEqualTo(1);
        var photo = Megabytes("resize:width=200", 4000, 3000);
        photo.ShouldBeInRange(60, 200);
        Megabytes("resize:width=200", 8000, 6000).ShouldBeGreaterThan(2 * photo);
        Megabytes("resize:width=8000,enlarge=true", 4000, 3000).ShouldBeGreaterThan(photo);
        Megabytes("resize:width=200", 400, 300, "image/gif", 100).ShouldBeGreaterThan(Megabytes("resize:width=200", 400, 300, "image/gif"));
    }

    [Fact]
    public void Memory_can_be_told_of_steps_that_will_fail() =>
        catalog.Megabytes([catalog.Parse("crop:x=500,y=0,width=5,height=5")], new ImageHeader("image/png", 100, 100, 1, 3, 8)).ShouldBeGreaterThan(0);

    string Normalised(string operation, string options)
    {
        var mistakes = new List<string>();
        var step = catalog.Normalise(new Step(operation, JsonNode.Parse(options)!.AsObject()), mistakes);
        mistakes.ShouldBeEmpty();
        return step!.Options.ToJsonString(RevelaJson.Options);
    }

    List<string> Mistakes(string operation, string options) => Mistakes(new Step(operation, JsonNode.Parse(options)!.AsObject()));

    List<string> Mistakes(Step step)
    {
        var mistakes = new List<string>();
        catalog.Normalise(step, mistakes).ShouldBeNull();
        return mistakes;
    }
}
