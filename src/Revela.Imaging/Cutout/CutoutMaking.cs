using Revela.Core.Jobs;
using Revela.Imaging.Native.TurboJpeg;
using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations;
using Revela.Imaging.Operations.Binding;
using Revela.Imaging.Operations.Development;
using static Revela.Imaging.Native.Vips.VipsOperation;

namespace Revela.Imaging.Cutout;

/// <summary>Makes the result of <c>remove-background</c> from a picture and the mask of its subject.</summary>
static unsafe class CutoutMaking
{
    // The picture as RGB, its mask, and the result.
    const int BytesPerPixel = 3 + 1 + 4;

    // Fainter pixels do not count when the result is cut to its subject.
    const int FaintestShown = 8;

    public static long ExtraBytes(Shape shape) => (long)shape.Width * shape.Height * BytesPerPixel;

    /// <exception cref="StepException"><c>no-clear-subject</c>: nothing is left.</exception>
    public static void Apply(Picture picture, RgbPicture rgb, Mask alpha, RemoveBackground.Options options)
    {
        KeepTransparency(picture.First, alpha);
        var box = options.CropToSubject ? SubjectBox(alpha) : (Left: 0, Top: 0, alpha.Width, alpha.Height);
        var pixels = options.OnlyMask ? Copy(alpha) : Lay(rgb, alpha, options.Bgcolor);
        picture.Own(pixels);
        picture.Each(frame =>
        {
            using var whole = VipsImage.Over(pixels.Address, alpha.Width, alpha.Height, options.OnlyMask ? 1 : 4, options.OnlyMask ? VipsInterpretation.BW : VipsInterpretation.Srgb);
            frame.CopyMetadataTo(whole);
            return Call("extract_area", ("input", whole), ("left", box.Left), ("top", box.Top), ("width", box.Width), ("height", box.Height));
        });
        picture.Output = picture.Output with { Format = Formats.Png };
    }

    // What was transparent stays so.
    static void KeepTransparency(VipsImage frame, Mask alpha)
    {
        if (!frame.HasAlpha) return;
        using var eight = WorkingColour.To8Bits(frame);
        using var band = Call("extract_band", ("in", eight), ("band", eight.Bands - 1));
        using var given = band.ToMemory();
        var values = new ReadOnlySpan<byte>((void*)given.Memory, alpha.Values.Length);
        for (var i = 0; i < values.Length; i++) alpha.Values[i] = (byte)((alpha.Values[i] * values[i] + 127) / 255);
    }

    static (int Left, int Top, int Width, int Height) SubjectBox(Mask alpha)
    {
        int left = alpha.Width, right = -1, top = -1, bottom = -1;
        for (var y = 0; y < alpha.Height; y++)
        {
            var row = alpha.Row(y);
            var first = row.IndexOfAnyExceptInRange((byte)0, (byte)FaintestShown);
            if (first < 0) continue;
            if (top < 0) top = y;
            bottom = y;
            left = Math.Min(left, first);
            right = Math.Max(right, row.LastIndexOfAnyExceptInRange((byte)0, (byte)FaintestShown));
        }
        if (right < 0) throw new StepException("There is no clear subject in this picture.", ErrorCodes.NoClearSubject);
        return (left, top, right - left + 1, bottom - top + 1);
    }

    static NativeBytes Copy(Mask alpha)
    {
        var pixels = NativeBytes.Allocate((nuint)alpha.Values.Length);
        alpha.Values.CopyTo(new Span<byte>((void*)pixels.Address, alpha.Values.Length));
        return pixels;
    }

    static NativeBytes Lay(RgbPicture rgb, Mask alpha, Colour? background)
    {
        var pixels = NativeBytes.Allocate((nuint)alpha.Values.Length * 4);
        byte* from = rgb.Pixels, to = (byte*)pixels.Address;
        for (var i = 0; i < alpha.Values.Length; i++, from += 3, to += 4)
        {
            var pixel = new Colour(from[0], from[1], from[2], alpha.Values[i]);
            if (background is { } under) pixel = Over(pixel, under);
            (to[0], to[1], to[2], to[3]) = (pixel.Red, pixel.Green, pixel.Blue, pixel.Alpha);
        }
        return pixels;
    }

    // Straight alpha over straight alpha (Porter and Duff 1984, "over").
    static Colour Over(Colour above, Colour below)
    {
        var under = below.Alpha * (255 - above.Alpha) / 255f;
        var alpha = above.Alpha + under;
        if (alpha < 0.5f) return default;
        byte Mix(byte a, byte b) => (byte)((a * above.Alpha + b * under) / alpha + 0.5f);
        return new Colour(Mix(above.Red, below.Red), Mix(above.Green, below.Green), Mix(above.Blue, below.Blue), (byte)(alpha + 0.5f));
    }
}
