using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Revela.Imaging.Operations.Binding;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations;

/// <summary>Chooses how the result is written.</summary>
public sealed class Convert : Operation<Convert.Options>
{
    public enum Format { Jpeg, Png, Webp, Avif, Tiff, Gif }

    public sealed record Options
    {
        [Description("The format of the result; the input's own when absent.")]
        public Format? Format { get; init; }

        [Description("Quality of lossy formats. When absent: JPEG 85, WebP 80, AVIF 60, and JPEG to JPEG stays without loss where that can be done."), Range(1, 100)]
        public int? Quality { get; init; }

        [Description("Writes WebP and AVIF without loss.")]
        public bool Lossless { get; init; }

        [Description("Writes JPEG, PNG and GIF so that a coarse picture shows early.")]
        public bool Progressive { get; init; }

        [Description("How hard the encoder tries for a smaller file, from 0 (fast) to 9 (small); the format's own default when absent."), Range(0, 9)]
        public int? Effort { get; init; }

        [Description("What transparent parts become in a format without transparency.")]
        public Colour Background { get; init; } = Colour.White;
    }

    public override string Name => "convert";
    public override string Summary => "Writes the result as JPEG, PNG, WebP, AVIF, TIFF or GIF; animations stay animated in WebP and GIF.";
    public override bool ChangesPixels => false;

    protected override IEnumerable<string> Check(Options options)
    {
        if (options is { Format: { } format } && !Formats.Of(format).CanWrite)
            yield return $"format {format.ToString().ToLowerInvariant()} cannot be written here: this libvips has no encoder for it";
        if (options is { Lossless: true, Format: not (null or Format.Webp or Format.Avif or Format.Png or Format.Tiff) })
            yield return "lossless does not exist for this format";
    }

    protected override void Apply(Picture picture, Options options) => picture.Output = picture.Output with
    {
        Format = options.Format is { } format ? Formats.Of(format) : picture.Output.Format,
        Quality = options.Quality,
        Lossless = options.Lossless,
        Progressive = options.Progressive,
        Effort = options.Effort,
        Background = options.Background,
    };
}
