using Revela.Core.Jobs;
using Revela.Imaging.Native.TurboJpeg;
using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations;
using Revela.Imaging.Operations.Binding;
using Revela.Imaging.Operations.Development;
using static Revela.Imaging.Native.Vips.VipsOperation;

namespace Revela.Imaging.Cutout;

/// <summary>Makes the result of <c>remove-background</c> from a picture and the mask of its subject.</summary>
sealed unsafe class CutoutMaking(Picture picture, RgbPicture rgb, EdgeMatting matting, RemoveBackground.Options options)
{
    // The picture as RGB, its mask, a shadow, and the result.
    const int BytesPerPixel = 3 + 1 + 4 + 4;

    // Fainter pixels do not count when the result is cut to its subject.
    const float FaintestShown = 8 / 255f;

    public static long ExtraBytes(Shape shape, RemoveBackground.Options options) =>
        (long)shape.Width * shape.Height * BytesPerPixel + EdgeMatting.ExtraBytes(shape.Width, shape.Height, options);

    /// <exception cref="StepException"><c>no-clear-subject</c>: nothing is left.</exception>
    public void Make(Mask mask)
    {
        var alpha = matting.Alpha(mask);
        KeepTransparency(alpha);
        var bands = options.OnlyMask ? 1 : 4;
        var pixels = options.OnlyMask ? Grey(alpha) : Cut(alpha);
        picture.Own(pixels);
        picture.Each(frame =>
        {
            using var whole = VipsImage.Over(pixels.Address, rgb.Width, rgb.Height, bands, options.OnlyMask ? VipsInterpretation.BW : VipsInterpretation.Srgb);
            frame.CopyMetadataTo(whole);
            if (!options.CropToSubject) return whole.Share();
            var (left, top, width, height) = SubjectBox(alpha);
            return Call("extract_area", ("input", whole), ("left", left), ("top", top), ("width", width), ("height", height));
        });
        picture.Output = picture.Output with { Format = Formats.Png };
    }

    // What was transparent stays so.
    void KeepTransparency(float[] alpha)
    {
        if (!picture.First.HasAlpha) return;
        using var eight = WorkingColour.To8Bits(picture.First);
        using var band = Call("extract_band", ("in", eight), ("band", eight.Bands - 1));
        using var given = band.ToMemory();
        var values = (byte*)given.Memory;
        for (var i = 0; i < alpha.Length; i++) alpha[i] *= values[i] / 255f;
    }

    (int Left, int Top, int Width, int Height) SubjectBox(float[] alpha)
    {
        int left = rgb.Width, right = -1, top = -1, bottom = -1;
        for (var i = 0; i < alpha.Length; i++)
        {
            if (alpha[i] <= FaintestShown) continue;
            int x = i % rgb.Width, y = i / rgb.Width;
            if (top < 0) top = y;
            (left, right, bottom) = (Math.Min(left, x), Math.Max(right, x), y);
        }
        if (right < 0) throw new StepException("There is no clear subject in this picture.", ErrorCodes.NoClearSubject);
        return (left, top, right - left + 1, bottom - top + 1);
    }

    static NativeBytes Grey(float[] alpha)
    {
        var pixels = NativeBytes.Allocate((nuint)alpha.Length);
        var to = (byte*)pixels.Address;
        for (var i = 0; i < alpha.Length; i++) to[i] = (byte)(alpha[i] * 255 + 0.5f);
        return pixels;
    }

    NativeBytes Cut(float[] alpha)
    {
        using var colours = matting.Colours(alpha);
        var shadow = options.Shadow switch
        {
            RemoveBackground.Shadow.Keep => Shadows.Own(rgb, alpha),
            RemoveBackground.Shadow.Soft => Shadows.Made(alpha, rgb.Width, rgb.Height),
            _ => null,
        };
        var pixels = NativeBytes.Allocate((nuint)alpha.Length * 4);
        byte* from = (byte*)colours.Address, to = (byte*)pixels.Address;
        for (var i = 0; i < alpha.Length; i++, from += 3, to += 4)
        {
            var pixel = new Colour(from[0], from[1], from[2], (byte)(alpha[i] * 255 + 0.5f));
            if (shadow is not null) pixel = Over(pixel, new Colour(0, 0, 0, (byte)(shadow[i] * 255 + 0.5f)));
            if (options.Bgcolor is { } under) pixel = Over(pixel, under);
            (to[0], to[1], to[2], to[3]) = (pixel.Red, pixel.Green, pixel.Blue, pixel.Alpha);
        }
        return pixels;
    }

    // Straight alpha over straight alpha (Porter and Duff 1984, "over"). What is seen of nothing keeps the upper colour.
    static Colour Over(Colour above, Colour below)
    {
        var under = below.Alpha * (255 - above.Alpha) / 255f;
        var alpha = above.Alpha + under;
        if (alpha < 0.5f) return above;
        byte Mix(byte a, byte b) => (byte)((a * above.Alpha + b * under) / alpha + 0.5f);
        return new Colour(Mix(above.Red, below.Red), Mix(above.Green, below.Green), Mix(above.Blue, below.Blue), (byte)(alpha + 0.5f));
    }
}
