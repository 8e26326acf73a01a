using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;
using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations.Binding;
using Revela.Imaging.Operations.Development;
using static Revela.Imaging.Native.Vips.VipsOperation;

namespace Revela.Imaging.Operations;

/// <summary>Lays a text or a small picture over the picture.</summary>
public sealed class Watermark : Operation<Watermark.Options>
{
    public sealed record Options
    {
        [Description("The text to write; this or image."), StringLength(200, MinimumLength = 1)]
        public string? Text { get; init; }

        [Description("A PNG, WebP or JPEG as base64, at most 512 KiB; this or text."), StringLength(700_000, MinimumLength = 1)]
        public string? Image { get; init; }

        [Description("Where the mark stands.")]
        public Gravity Position { get; init; } = Gravity.SouthEast;

        [Description("Width of the mark in percent of the picture's width."), Range(1d, 100d)]
        public double Size { get; init; } = 25;

        [Description("Distance from the edges in percent of the picture's shorter side."), Range(0d, 40d)]
        public double Margin { get; init; } = 2;

        [Description("From 0, invisible, to 1."), Range(0d, 1d)]
        public double Opacity { get; init; } = 0.6;

        [Description("The colour of a text.")]
        public Colour Colour { get; init; } = Colour.White;
    }

    const long MaxMarkPixels = 16_000_000;

    public override string Name => "watermark";
    public override string Summary => "Lays a text or a small picture over the picture.";

    protected override IEnumerable<string> Check(Options options)
    {
        if (options.Text is null == options.Image is null) yield return "text or image is needed, and not both";
        if (options.Position == Gravity.Smart) yield return "position smart is not known here";
        if (options.Image is { } image && Loader(image) is null) yield return "image must be a PNG, WebP or JPEG as base64";
    }

    protected override long ExtraBytes(Shape before, Options options) => options.Image is null ? 0 : MaxMarkPixels * 4;

    protected override void Apply(Picture picture, Options options)
    {
        var width = Math.Max(1, (int)(picture.First.Width * options.Size / 100));
        using var mark = options.Text is { } text ? Written(text, options.Colour, width, picture.First.Height) : Drawn(options.Image!, width, picture.First.Height);
        using var faint = Faded(mark, options.Opacity);
        picture.Each(frame => Over(frame, faint, options));
    }

    // One line, as large as fits; the text is a text and no markup.
    static VipsImage Written(string text, Colour colour, int width, int height)
    {
        using var mask = Call("text", ("text", WebUtility.HtmlEncode(text)), ("font", "sans bold"), ("width", width), ("height", Math.Max(1, height / 2)), ("wrap", "none"));
        using var plain = Call("linear", ("in", mask), ("a", new double[] { 0, 0, 0 }), ("b", new double[] { colour.Red, colour.Green, colour.Blue }), ("uchar", true));
        using var joined = Call("bandjoin", ("in", new[] { plain, mask }));
        return Call("copy", ("in", joined), ("interpretation", (int)VipsInterpretation.Srgb));
    }

    static VipsImage Drawn(string base64, int width, int height)
    {
        using var loaded = Call(Loader(base64)!, ("buffer", System.Convert.FromBase64String(base64)), ("fail-on", "error"));
        if ((long)loaded.Width * loaded.Height > MaxMarkPixels) throw new StepException("The watermark's picture is too large.");
        using var normal = WorkingColour.Normalise(loaded, keepProfile: false);
        using var plain = WorkingColour.To8Bits(normal);
        using var colour = WorkingColour.ToColour(plain);
        using var mark = VipsOps.Ready(colour, default);
        var scale = Math.Min((double)width / mark.Width, (double)height / mark.Height);
        using var sized = Resize.Resample(mark, Math.Max(1, (int)(mark.Width * scale)), Math.Max(1, (int)(mark.Height * scale)));
        return sized.ToMemory();
    }

    static VipsImage Faded(VipsImage mark, double opacity) => Call(
        "linear", ("in", mark), ("a", new[] { 1, 1, 1, opacity }), ("b", new double[] { 0, 0, 0, 0 }), ("uchar", true));

    static VipsImage Over(VipsImage frame, VipsImage mark, Options options)
    {
        var margin = (int)(Math.Min(frame.Width, frame.Height) * options.Margin / 100);
        var (x, y) = Gravities.Place(options.Position, frame.Width - mark.Width - 2 * margin, frame.Height - mark.Height - 2 * margin);
        using var colour = WorkingColour.ToColour(frame);
        using var bright = colour.Format == VipsFormat.UShort ? Call("colourspace", ("in", mark), ("space", "rgb16")) : mark.Share();
        using var composed = Call("composite2", ("base", colour), ("overlay", bright), ("mode", "over"), ("x", x + margin), ("y", y + margin),
            ("compositing-space", colour.Format == VipsFormat.UShort ? "rgb16" : "srgb"));
        using var whole = frame.HasAlpha ? composed.Share() : Call("extract_band", ("in", composed), ("band", 0), ("n", 3));
        return whole.Format == frame.Format ? whole.Share() : VipsOps.Round(whole, frame.Format, colour.Interpretation);
    }

    static string? Loader(string base64)
    {
        Span<byte> head = stackalloc byte[12];
        if (base64.Length < 16 || !System.Convert.TryFromBase64String(base64[..16], head, out _)) return null;
        if (!System.Buffers.Text.Base64.IsValid(base64)) return null;
        if (head is [0x89, (byte)'P', (byte)'N', (byte)'G', ..]) return "pngload_buffer";
        if (head is [0xFF, 0xD8, 0xFF, ..]) return "jpegload_buffer";
        return head[..4].SequenceEqual("RIFF"u8) && head[8..].SequenceEqual("WEBP"u8) ? "webpload_buffer" : null;
    }
}
