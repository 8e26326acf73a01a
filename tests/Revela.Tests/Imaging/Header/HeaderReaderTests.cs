using Revela.Core;
using Revela.Core.Assets;
using Revela.Imaging.Header;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Header;

/// <summary>Headers of real files, format by format.</summary>
public sealed class HeaderReaderTests
{
    [Theory]
    [InlineData("plain.jpg", "image/jpeg", 48, 32, 1, 3, 8)]
    [InlineData("turned.jpg", "image/jpeg", 48, 32, 1, 3, 8)]
    [InlineData("turned.png", "image/png", 48, 32, 1, 3, 8)]
    [InlineData("grey16.png", "image/png", 48, 32, 1, 1, 16)]
    [InlineData("plain.webp", "image/webp", 48, 32, 1, 3, 8)]
    [InlineData("lossless.webp", "image/webp", 20, 10, 1, 3, 8)]
    [InlineData("turned.webp", "image/webp", 48, 32, 1, 3, 8)]
    [InlineData("three.webp", "image/webp", 48, 32, 3, 3, 8)]
    [InlineData("three.gif", "image/gif", 48, 32, 3, 4, 8)]
    [InlineData("three.tif", "image/tiff", 48, 32, 3, 3, 8)]
    [InlineData("three-big.tif", "image/tiff", 48, 32, 3, 3, 8)]
    [InlineData("plain.avif", "image/avif", 48, 32, 1, 3, 8)]
    [InlineData("alpha.avif", "image/avif", 48, 32, 1, 4, 8)]
    [InlineData("plain.heic", "image/heif", 48, 32, 1, 3, 8)]
    public void A_header_tells_type_displayed_size_frames_channels_and_depth(string name, string type, int width, int height, int frames, int channels, int bits) =>
        Read(File.ReadAllBytes(Files.Sample(name))).ShouldBe(new ImageHeader(type, width, height, frames, channels, bits));

    [SkippableFact]
    public void Every_orientation_is_applied()
    {
        foreach (var file in Files.Shared("torture/orientation"))
        {
            var header = Read(File.ReadAllBytes(file));
            (header.Width > header.Height).ShouldBe(Path.GetFileName(file).StartsWith("Landscape", StringComparison.Ordinal), file);
        }
    }

    [Fact]
    public void An_animated_png_counts_its_frames()
    {
        var png = File.ReadAllBytes(Files.Sample("grey16.png"));
        byte[] actl = [0, 0, 0, 8, .. "acTL"u8, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0];
        Read([.. png[..33], .. actl, .. png[33..]]).Frames.ShouldBe(7);
    }

    [Fact]
    public void Frames_beyond_the_bound_are_not_counted()
    {
        var png = File.ReadAllBytes(Files.Sample("grey16.png"));
        byte[] actl = [0, 0, 0, 8, .. "acTL"u8, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0];
        Read([.. png[..33], .. actl, .. png[33..]]).Frames.ShouldBe(HeaderReader.MaxParts);
    }

    [Fact]
    public void Transparency_adds_a_channel_to_a_palette()
    {
        var png = File.ReadAllBytes(Files.Sample("turned.png"));
        byte[] trns = [0, 0, 0, 1, .. "tRNS"u8, 0, 0, 0, 0, 0];
        Read([.. png[..33], .. trns, .. png[33..]]).Channels.ShouldBe(4);
    }

    [Fact]
    public void A_chain_of_tiff_directories_that_leads_back_ends()
    {
        byte[] loop = [.. "II*\0"u8, 8, 0, 0, 0, 2, 0, .. Entry(256, 20), .. Entry(257, 10), 8, 0, 0, 0];
        Read(loop).ShouldBe(new ImageHeader("image/tiff", 20, 10, 1, 1, 8));
    }

    [Fact]
    public void A_heif_is_cropped_and_rotated_in_the_order_of_its_properties()
    {
        var properties = Heif.Box("ispe", 0, 60, 40).Concat(Heif.Box("clap", 50, 1, 30, 1, 0, 1, 0, 1)).Concat(Heif.Box("irot", [1])).ToArray();
        var header = Read(Heif.File(properties, associated: [1, 2, 3]));
        header.ShouldBe(new ImageHeader("image/heif", 30, 50, 1, 3, 8));
    }

    [Fact]
    public void Thumbnails_and_hidden_tiles_of_a_heif_are_not_frames()
    {
        var references = Heif.Box("iref", [0, 0, 0, 0, .. Heif.Box("thmb", [0, 2, 0, 1, 0, 1])]);
        Read(Heif.File(Heif.Box("ispe", 0, 60, 40), [1], items: [(1, false), (2, false), (3, true), (4, false)], references)).Frames.ShouldBe(2);
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>")]
    [InlineData("BM\0\0\0\0\0\0")]
    [InlineData("%PDF-1.7\n")]
    [InlineData("P6 1 1 255 abc")]
    [InlineData("GIF")]
    [InlineData("x")]
    [InlineData("\0\0\0\u0018ftypisom\0\0\0\0isommp41")]
    public void Anything_else_is_an_unsupported_format(string content) =>
        Code(System.Text.Encoding.Latin1.GetBytes(content)).ShouldBe("unsupported-format");

    [Fact]
    public void Nothing_is_empty_input() => Code([]).ShouldBe("empty-input");

    [Fact]
    public void A_width_of_zero_is_a_broken_image()
    {
        var jpeg = File.ReadAllBytes(Files.Sample("plain.jpg"));
        var frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        jpeg[frame + 7] = jpeg[frame + 8] = 0;
        Code(jpeg).ShouldBe("broken-image");
    }

    [Fact]
    public void A_checksum_that_is_wrong_is_a_broken_image()
    {
        var png = File.ReadAllBytes(Files.Sample("grey16.png"));
        png[18]++;
        Code(png).ShouldBe("broken-image");
    }

    [Fact]
    public void Reading_starts_at_the_first_byte_wherever_the_stream_stands()
    {
        using var stream = File.OpenRead(Files.Sample("plain.jpg"));
        stream.Position = 100;
        new HeaderReader().Read(stream).Width.ShouldBe(48);
    }

    static byte[] Entry(int tag, int value) => [(byte)tag, (byte)(tag >> 8), 3, 0, 1, 0, 0, 0, (byte)value, 0, 0, 0];

    static ImageHeader Read(byte[] image) => new HeaderReader().Read(new MemoryStream(image));

    static string Code(byte[] image) => Should.Throw<RevelaException>(() => Read(image)).Error.Code;
}
