using System.Text.Json.Nodes;
using Revela.Core.Assets;
using Revela.Imaging.Native.Vips;
using Revela.Tests.Imaging.Operations;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Inspection;

/// <summary>What inspect tells of pictures whose answers are known.</summary>
public sealed class InspectTests : IDisposable
{
    readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    [Fact]
    public async Task Size_and_format_are_those_of_the_file_and_upright()
    {
        using var gradient = Pictures.Gradient(60, 40);
        using var turned = gradient.Copy();
        turned.SetInt("orientation", 6);
        var jpeg = (await studio.Look(studio.Write(turned, "turned.jpg"), "inspect"))["picture"]!;
        (Number(jpeg, "width"), Number(jpeg, "height"), Number(jpeg, "frames"), Number(jpeg, "bits"), Number(jpeg, "orientation")).ShouldBe((40, 60, 1, 8, 6));
        (jpeg["format"]!.ToString(), jpeg["colour_space"]!.ToString(), jpeg["alpha"]!.GetValue<bool>(), jpeg["profile"]).ShouldBe(("image/jpeg", "rgb", false, null));

        using var wide = VipsOperation.Call("colourspace", ("in", gradient), ("space", "grey16"));
        var png = (await studio.Look(studio.Write(wide, "grey.png"), "inspect"))["picture"]!;
        (png["colour_space"]!.ToString(), Number(png, "bits"), Number(png, "orientation")).ShouldBe(("grey", 16, 1));
    }

    [Fact]
    public async Task The_profile_is_named()
    {
        using var gradient = Pictures.Gradient(60, 40);
        using var tagged = VipsOperation.Call("icc_transform", ("in", gradient), ("output-profile", "p3"), ("input-profile", "srgb"));
        var found = await studio.Look(studio.Write(tagged, "p3.jpg"), "inspect");
        found["picture"]!["profile"]!.ToString().ShouldContain("P3");
    }

    [Fact]
    public async Task What_the_camera_noted_is_told_and_the_place_only_when_asked_for()
    {
        using var gradient = Pictures.Gradient(60, 40);
        using var noted = gradient.Copy();
        foreach (var (field, value) in new[]
        {
            ("ifd0-Make", "Revela (1), Works"), ("ifd0-Model", "One"), ("ifd2-ExposureTime", "1/250"), ("ifd2-FNumber", "28/10"), ("ifd2-ISOSpeedRatings", "400"),
            ("ifd2-DateTimeOriginal", "2024:05:01 12:30:59"), ("ifd3-GPSLatitudeRef", "S"), ("ifd3-GPSLatitude", "33/1 51/1 2454/100"),
            ("ifd3-GPSLongitudeRef", "E"), ("ifd3-GPSLongitude", "151/1 12/1 36/1"),
        }) noted.SetText($"exif-{field}", value);
        var input = studio.Write(noted, "noted.jpg");

        var found = await studio.Look(input, "inspect");
        var exif = found["exif"]!;
        (exif["make"]!.ToString(), exif["model"]!.ToString(), exif["taken_at"]!.ToString()).ShouldBe(("Revela (1), Works", "One", "2024-05-01T12:30:59"));
        (exif["exposure_seconds"]!.GetValue<double>(), exif["f_number"]!.GetValue<double>(), exif["iso"]!.GetValue<double>()).ShouldBe((0.004, 2.8, 400));
        found["gps"].ShouldBeNull();
        found.ToJsonString().ShouldNotContain("151");

        var place = (await studio.Look(input, "inspect:gps=true"))["gps"]!;
        place["latitude"]!.GetValue<double>().ShouldBe(-33.856817, 1e-6);
        place["longitude"]!.GetValue<double>().ShouldBe(151.21, 1e-6);
    }

    [Fact]
    public async Task Dominant_colours_come_with_their_parts_and_transparent_pixels_do_not_count()
    {
        using var red = Pictures.Plain(90, 40, 200, 20, 30, 255);
        using var blue = Pictures.Plain(30, 40, 10, 40, 160, 255);
        using var nothing = Pictures.Plain(80, 40, 0, 255, 0, 0);
        using var cut = VipsOperation.Call("join", ("in1", red), ("in2", blue), ("direction", "horizontal"));
        using var all = VipsOperation.Call("join", ("in1", cut), ("in2", nothing), ("direction", "horizontal"));
        var colours = (await studio.Look(studio.Write(all, "three.png"), "inspect"))["colours"]!.AsArray();
        colours.Select(one => (one!["colour"]!.ToString(), one["part"]!.GetValue<double>())).ShouldBe([("#c8141e", 0.75), ("#0a28a0", 0.25)]);
    }

    [Fact]
    public async Task A_blurred_copy_is_less_sharp_and_an_even_picture_not_sharp_at_all()
    {
        var sharp = await Sharpness(Operations.Files.Sample("chelsea.png"));
        using var cat = Studio.Open(Operations.Files.Sample("chelsea.png"));
        using var soft = VipsOperation.Call("gaussblur", ("in", cat), ("sigma", 3.0));
        (await Sharpness(studio.Write(soft, "soft.png"))).ShouldBeLessThan(sharp - 0.15);
        using var even = Pictures.Plain(50, 50, 90, 90, 90);
        (await Sharpness(studio.Write(even, "even.png"))).ShouldBe(0);

        async Task<double> Sharpness(string input) => (await studio.Look(input, "inspect"))["sharpness"]!.GetValue<double>();
    }

    [Fact]
    public async Task The_placeholder_is_a_BlurHash()
    {
        using var black = Pictures.Plain(80, 60, 0, 0, 0);
        (await studio.Look(studio.Write(black, "black.png"), "inspect"))["placeholder"]!.ToString().ShouldBe("L00000fQfQfQfQfQfQfQfQfQfQfQ");

        using var gradient = Pictures.Gradient(64, 64);
        using var falling = VipsOperation.Call("linear", ("in", gradient), ("a", new[] { -1.0, -1.0, 1.0 }), ("b", new[] { 255.0, 255.0, 0.0 }), ("uchar", true));
        (await studio.Look(studio.Write(falling, "gradient.png"), "inspect"))["placeholder"]!.ToString().ShouldBe(ReferenceSays);
    }

    // Of the same pixels by the reference implementation in TypeScript (2.0.5).
    const string ReferenceSays = "L,Het7|w$3w{l+j[jpfjghfkfNfj";

    [Fact]
    public async Task Copies_look_alike_and_other_pictures_do_not()
    {
        var cat = await Hash(Operations.Files.Sample("chelsea.png"));
        using var picture = Studio.Open(Operations.Files.Sample("chelsea.png"));
        using var small = VipsOperation.Call("resize", ("in", picture), ("scale", 0.4));
        using var brighter = VipsOperation.Call("linear", ("in", picture), ("a", new[] { 1.1 }), ("b", new[] { 12.0 }), ("uchar", true));
        (await Hash(studio.Write(small, "small.jpg", ("Q", 60)))).DistanceTo(cat).ShouldBeLessThanOrEqualTo(4);
        (await Hash(studio.Write(brighter, "brighter.png"))).DistanceTo(cat).ShouldBeLessThanOrEqualTo(4);
        foreach (var other in new[] { "coffee.png", "astronaut.png" })
            (await Hash(Operations.Files.Sample(other))).DistanceTo(cat).ShouldBeGreaterThan(PerceptualHash.FarthestAlike + 5);

        async Task<PerceptualHash> Hash(string input) => PerceptualHash.Read((await studio.Look(input, "inspect"))["perceptual_hash"]!.ToString())!.Value;
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3000, 2)]
    [InlineData(1, 700)]
    public async Task Pictures_of_odd_sizes_are_told_of_too(int width, int height)
    {
        using var gradient = Pictures.Gradient(width, height, alpha: true);
        var found = await studio.Look(studio.Write(gradient, "odd.png"), "inspect");
        Number(found["picture"]!, "width").ShouldBe(width);
        found["placeholder"]!.ToString().Length.ShouldBe(28);
        found["sharpness"]!.GetValue<double>().ShouldBeInRange(0, 1);
    }

    [Fact]
    public async Task Amid_other_steps_it_tells_and_they_go_on()
    {
        using var gradient = Pictures.Gradient(80, 60);
        var made = await studio.Develop(studio.Write(gradient, "in.png"), "resize:width=40", "inspect", "grayscale");
        (made.Width, Number(made.Data!["picture"]!, "width")).ShouldBe((40, 40));
    }

    static int Number(JsonNode facts, string name) => facts[name]!.GetValue<int>();
}
