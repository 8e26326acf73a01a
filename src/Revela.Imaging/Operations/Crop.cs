using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations;

/// <summary>Keeps a rectangle, given by its place or by what matters in the picture.</summary>
public sealed class Crop : Operation<Crop.Options>
{
    public sealed record Options
    {
        [Description("Left edge in pixels; with y. Without both, gravity finds the place."), Range(0, 1_000_000)]
        public int? X { get; init; }

        [Description("Top edge in pixels; with x."), Range(0, 1_000_000)]
        public int? Y { get; init; }

        [Description("Width in pixels; what lies outside the picture is left off."), Required, Range(1, 1_000_000)]
        public int Width { get; init; } = 1;

        [Description("Height in pixels; what lies outside the picture is left off."), Required, Range(1, 1_000_000)]
        public int Height { get; init; } = 1;

        [Description("Which part is kept when no place is given; smart keeps what catches the eye.")]
        public Gravity Gravity { get; init; } = Gravity.Centre;
    }

    public override string Name => "crop";
    public override string Summary => "Keeps a rectangle of the picture, by place, by gravity, or what catches the eye.";

    protected override IEnumerable<string> Check(Options options)
    {
        if (options.X is null != options.Y is null) yield return "x and y go together";
    }

    /// <summary>The rectangle inside the picture; null when it lies wholly outside, or when only the pixels can tell.</summary>
    internal static (int X, int Y, int Width, int Height)? Area(int width, int height, Options options)
    {
        if (options is { X: { } x, Y: { } y })
            return x < width && y < height ? (x, y, Math.Min(options.Width, width - x), Math.Min(options.Height, height - y)) : null;
        if (options.Gravity == Gravity.Smart) return null;
        var (w, h) = (Math.Min(options.Width, width), Math.Min(options.Height, height));
        var (left, top) = Gravities.Place(options.Gravity, width - w, height - h);
        return (left, top, w, h);
    }

    protected override Shape After(Shape before, Options options)
    {
        if (options.X is null) return before with { Width = Math.Min(options.Width, before.Width), Height = Math.Min(options.Height, before.Height) };
        var area = Area(before.Width, before.Height, options) ?? throw Outside(before.Width, before.Height);
        return before with { Width = area.Width, Height = area.Height };
    }

    protected override void Apply(Picture picture, Options options)
    {
        if (options.X is null) Cut(picture, Math.Min(options.Width, picture.Width), Math.Min(options.Height, picture.Height), options.Gravity);
        else if (Area(picture.Width, picture.Height, options) is { } area) picture.Each(frame => Extract(frame, area));
    }

    /// <summary>Cuts to a size no larger than the picture. What catches the eye is looked for in the first frame.</summary>
    internal static void Cut(Picture picture, int width, int height, Gravity gravity)
    {
        if (picture.Width == width && picture.Height == height) return;
        var (x, y) = gravity == Gravity.Smart ? Attention(picture, width, height) : Gravities.Place(gravity, picture.Width - width, picture.Height - height);
        picture.Each(frame => Extract(frame, (x, y, width, height)));
    }

    static (int X, int Y) Attention(Picture picture, int width, int height)
    {
        picture.ToMemory();
        using var smart = VipsOperation.New("smartcrop")
            .Set("input", picture.First).Set("width", width).Set("height", height).Set("interesting", "attention");
        smart.Run();
        // The area is centred on the point as far as the edges allow, as libvips does it.
        var x = Math.Clamp(smart.Int("attention-x") - width / 2, 0, picture.Width - width);
        var y = Math.Clamp(smart.Int("attention-y") - height / 2, 0, picture.Height - height);
        return (x, y);
    }

    static VipsImage Extract(VipsImage frame, (int X, int Y, int Width, int Height) area) => VipsOperation.Call("extract_area",
        ("input", frame), ("left", area.X), ("top", area.Y), ("width", area.Width), ("height", area.Height));

    static StepException Outside(int width, int height) =>
        new($"The area to crop lies outside the picture of {width} × {height} pixels.");
}
