using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations.Binding;
using Revela.Imaging.Operations.Development;
using static Revela.Imaging.Native.Vips.VipsOperation;

namespace Revela.Imaging.Ocr;

/// <summary>Draws what was read into a picture: a frame and the number above it.</summary>
static class Annotation
{
    static readonly Colour Sure = new(0, 200, 60), Unsure = new(255, 150, 0);

    /// <returns>A picture in colour of 8 bits without alpha.</returns>
    public static VipsImage Draw(VipsImage frame, IReadOnlyList<Sighting> sure, IReadOnlyList<Sighting> unsure)
    {
        using var plain = WorkingColour.To8Bits(frame);
        using var flat = VipsOps.Flat(plain, Colour.White);
        var drawn = WorkingColour.ToColour(flat);
        foreach (var (sighting, colour) in sure.Select(s => (s, Sure)).Concat(unsure.Select(s => (s, Unsure))))
        {
            using var before = drawn;
            drawn = Marked(before, sighting, colour);
        }
        return drawn;
    }

    static VipsImage Marked(VipsImage image, Sighting sighting, Colour colour)
    {
        var box = sighting.Box;
        var stroke = Math.Max(2, box.Height / 12);
        int left = box.X - 2 * stroke, top = box.Y - 2 * stroke, width = box.Width + 4 * stroke, height = box.Height + 4 * stroke;
        using var outer = Area(width, height, 255);
        using var inner = Area(width - 2 * stroke, height - 2 * stroke, 0);
        using var frame = Call("insert", ("main", outer), ("sub", inner), ("x", stroke), ("y", stroke));
        using var framed = Paint(image, frame, colour, left, top);
        using var label = Call("text", ("text", sighting.Number), ("font", "sans bold"), ("height", Math.Max(14, box.Height)), ("width", Math.Max(40, 2 * box.Width)));
        return Paint(framed, label, colour, left, top - label.Height - stroke);
    }

    static VipsImage Area(int width, int height, int value)
    {
        using var black = Call("black", ("width", Math.Max(1, width)), ("height", Math.Max(1, height)));
        return Call("linear", ("in", black), ("a", new[] { 1.0 }), ("b", new double[] { value }), ("uchar", true));
    }

    static VipsImage Paint(VipsImage image, VipsImage mask, Colour colour, int x, int y)
    {
        using var plain = Call("linear", ("in", mask), ("a", new double[] { 0, 0, 0 }), ("b", new double[] { colour.Red, colour.Green, colour.Blue }), ("uchar", true));
        using var joined = Call("bandjoin", ("in", new[] { plain, mask }));
        using var ink = Call("copy", ("in", joined), ("interpretation", (int)VipsInterpretation.Srgb));
        using var composed = Call("composite2", ("base", image), ("overlay", ink), ("mode", "over"), ("x", x), ("y", y), ("compositing-space", "srgb"));
        return Call("extract_band", ("in", composed), ("band", 0), ("n", 3));
    }
}
