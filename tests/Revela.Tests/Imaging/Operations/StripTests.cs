using System.Text;
using Revela.Imaging.Native.Vips;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Operations;

public sealed class StripTests : IDisposable
{
    readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    public static readonly TheoryData<string> Formats = ["in.jpg", "in.png", "in.webp", "in.tiff"];

    [Theory, MemberData(nameof(Formats))]
    public async Task Strip_keeps_profile_and_copyright_and_nothing_else(string name)
    {
        var made = await studio.Develop(Tagged(name), "strip");
        using var picture = Studio.Open(made);
        picture.Has("icc-profile-data").ShouldBeTrue();
        if (name != "in.tiff") (picture.GetText("exif-ifd0-Copyright") ?? "").ShouldContain("Ana Ruiz");
        picture.Fields().ShouldNotContain(f => f.Contains("GPS") || f.EndsWith("ifd0-Make") || f == "xmp-data" || f.Contains("UserComment"));
        HoldsText(made.Path, "Secret Street").ShouldBeFalse();
        HoldsText(made.Path, "CameraMaker").ShouldBeFalse();
    }

    [Theory]
    [InlineData("in.jpg", "turbojpeg")]
    [InlineData("in.png", "none")]
    [InlineData("in.webp", "none")]
    public async Task Strip_touches_no_pixel(string name, string engine)
    {
        var input = Tagged(name);
        var made = await studio.Develop(input, "strip");
        made.Engine.ShouldStartWith(engine);
        using var before = Studio.Open(input);
        using var after = Studio.Open(made);
        after.Pixels().ShouldBe(before.Pixels());
    }

    [Theory, MemberData(nameof(Formats))]
    public async Task Without_profile_and_copyright_the_file_is_bare(string name)
    {
        using var picture = Studio.Open(await studio.Develop(Tagged(name), "strip:keep_profile=false,keep_copyright=false"));
        picture.Has("icc-profile-data").ShouldBeFalse();
        picture.Fields().ShouldNotContain(f => f.Contains("Copyright"));
    }

    [Theory]
    [InlineData("in.jpg", "grayscale")]
    [InlineData("in.jpg", "resize:width=32")]
    [InlineData("in.jpg", "rotate:angle=90")]
    [InlineData("in.jpg", "crop:x=0,y=0,width=32,height=32")]
    [InlineData("in.jpg", "convert:format=jpeg")]
    [InlineData("in.jpg", "convert:format=webp")]
    [InlineData("in.jpg", "convert:format=png")]
    [InlineData("in.png", "resize:width=32")]
    [InlineData("in.webp", "resize:width=32")]
    [InlineData("in.tiff", "resize:width=32")]
    public async Task The_place_is_never_copied_but_other_exif_is(string name, string step)
    {
        var made = await studio.Develop(Tagged(name), step);
        using var picture = Studio.Open(made);
        picture.Fields().ShouldNotContain(f => f.StartsWith("exif-ifd3"));
        if (name != "in.tiff") picture.GetText("exif-ifd0-Make").ShouldNotBeNull().ShouldContain("CameraMaker");
    }

    [Theory]
    [InlineData("in.jpg")]
    [InlineData("in.png")]
    [InlineData("in.webp")]
    public async Task The_place_is_copied_when_asked_for(string name)
    {
        using var picture = Studio.Open(await studio.Develop(Tagged(name), "strip:keep_other=true,keep_gps=true"));
        picture.Fields().ShouldContain(f => f.StartsWith("exif-ifd3-GPSLatitude"));
    }

    [Fact]
    public async Task What_follows_the_end_of_a_jpeg_is_left_off()
    {
        var input = studio.Write(Pictures.Gradient(64, 48), "in.jpg");
        File.AppendAllText(input, "a film clip with Secret Street");
        var made = await studio.Develop(input, "strip");
        HoldsText(made.Path, "Secret Street").ShouldBeFalse();
    }

    string Tagged(string name)
    {
        using var p3 = VipsOperation.Call("icc_transform", ("in", Pictures.Gradient(64, 48)), ("output-profile", "p3"), ("input-profile", "srgb"));
        using var tagged = p3.Copy();
        tagged.SetText("exif-ifd0-Make", "CameraMaker");
        tagged.SetText("exif-ifd0-Copyright", "Ana Ruiz");
        tagged.SetText("exif-ifd3-GPSLatitude", "40/1 25/1 0/1");
        tagged.SetText("exif-ifd3-GPSLongitude", "3/1 42/1 0/1");
        tagged.SetBlob("xmp-data", Encoding.UTF8.GetBytes("<x:xmpmeta xmlns:x='adobe:ns:meta/'><street>Secret Street</street></x:xmpmeta>"));
        // The JPEG writer makes the EXIF block that the others copy.
        var jpeg = studio.Write(tagged, "tagged.jpg", ("Q", 90));
        using var whole = Studio.Open(jpeg);
        return name == "in.jpg" ? jpeg : studio.Write(whole, name);
    }

    static bool HoldsText(string path, string text) => File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
}
