using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations;

/// <summary>A small copy for lists and galleries; of a JPEG only the pixels that it needs are read.</summary>
public sealed class Thumbnail : Operation<Thumbnail.Options>
{
    public enum Shape { Box, Square }

    public sealed record Options
    {
        [Description("Longest side in pixels; of a square, each side."), Range(1, 4096)]
        public int Size { get; init; } = 256;

        [Description("A box keeps the whole picture; a square cuts the longer side.")]
        public Shape Shape { get; init; }

        [Description("What a square keeps.")]
        public Gravity Gravity { get; init; } = Gravity.Centre;
    }

    public override string Name => "thumbnail";
    public override string Summary => "Makes a small copy in a box or square; never enlarges.";

    internal static Resize.Options AsResize(Options options) => new()
    {
        Width = options.Size,
        Height = options.Size,
        Fit = options.Shape == Shape.Square ? Resize.Fit.Cover : Resize.Fit.Fit,
        Gravity = options.Gravity,
    };

    protected override Operations.Shape After(Operations.Shape before, Options options) => Resize.Resized(before, AsResize(options));

    protected override void Apply(Picture picture, Options options) => Resize.Change(picture, AsResize(options));
}
