using Revela.Imaging.Matting;
using Revela.Imaging.Native.TurboJpeg;
using Revela.Imaging.Operations;

namespace Revela.Imaging.Cutout;

/// <summary>Turns the mask of a subject into its alpha and its own colours: a trimap from the mask, closed-form matting, foreground estimation.</summary>
sealed unsafe class EdgeMatting(RgbPicture picture, RemoveBackground.Options options, Action<double> report, CancellationToken cancel)
{
    // Unknown pixels of one matting; with more the picture is matted at a smaller size, so that its memory stays bounded.
    const int MaxUnknown = 3_000_000;

    // The seam around a band adds about so much to what it stores.
    const double Seam = 1.3;

    const double MattingShare = 0.75;

    /// <summary>Trimap with what its making takes, alpha, colours: for each pixel, beside what a matting or an estimation takes.</summary>
    const int BytesPerPixel = 1 + 5 + 4 + 3;

    /// <summary>How the alpha came about: <c>closed-form</c>, or <c>none</c> where the mask was taken as it is.</summary>
    public string Way { get; private set; } = "none";

    public static long ExtraBytes(int width, int height, RemoveBackground.Options options)
    {
        var pixels = (long)width * height;
        var based = (long)(pixels * Scale(width, height, options.AlphaMattingBaseSize) * Scale(width, height, options.AlphaMattingBaseSize));
        var matting = options.AlphaMatting ? (long)(Math.Min(based, MaxUnknown) * Seam) * AlphaMatting.BytesPerStoredPixel : 0;
        return pixels * BytesPerPixel + Math.Max(matting, options.OnlyMask ? 0 : based * ForegroundEstimation.BytesPerPixel);
    }

    /// <summary>Alpha of each pixel, 0–1.</summary>
    public float[] Alpha(Mask mask)
    {
        var scale = Scale(mask.Width, mask.Height, options.AlphaMattingBaseSize);
        while (options.AlphaMatting)
        {
            var small = Smaller(mask, scale);
            var trimap = Trimap.Of(small, options.AlphaMattingForegroundThreshold, options.AlphaMattingBackgroundThreshold, options.AlphaMattingErodeSize);
            if (!trimap.HasBoth) break;
            var unknown = trimap.Values.AsSpan().Count(Trimap.Unknown);
            if (unknown > MaxUnknown)
            {
                scale *= Math.Min(0.95, Math.Sqrt((double)MaxUnknown / unknown));
                continue;
            }
            Way = "closed-form";
            return Matte(trimap, mask.Width, mask.Height);
        }
        return Array.ConvertAll(mask.Values, value => value / 255f);
    }

    /// <summary>The subject's colours, 3 bytes a pixel.</summary>
    public NativeBytes Colours(float[] alpha)
    {
        var colours = NativeBytes.Allocate((nuint)alpha.Length * 3);
        var to = (byte*)colours.Address;
        if (picture.IsUnmixed)
        {
            picture.Span.CopyTo(new Span<byte>(to, alpha.Length * 3));
            return colours;
        }
        var scale = Scale(picture.Width, picture.Height, options.AlphaMattingBaseSize);
        if (scale == 1)
        {
            ForegroundEstimation.Estimate(picture.Span, alpha, picture.Width, picture.Height, new Span<byte>(to, alpha.Length * 3), done => report(MattingShare + (1 - MattingShare) * done), cancel);
            return colours;
        }
        using var small = SmallPicture.Of(picture, Side(picture.Width, scale), Side(picture.Height, scale));
        var thin = SmallPicture.Mean(alpha, picture.Width, picture.Height, small.Width, small.Height);
        ForegroundEstimation.Estimate(small.Span, thin, small.Width, small.Height, small.Span, done => report(MattingShare + (1 - MattingShare) * done), cancel);
        small.Colour(picture, alpha, to);
        return colours;
    }

    float[] Matte(Trimap trimap, int width, int height)
    {
        void Done(double done) => report(MattingShare * done);
        if (trimap.Width == width && trimap.Height == height) return AlphaMatting.Estimate(picture.Span, trimap, Done, cancel);
        using var small = SmallPicture.Of(picture, trimap.Width, trimap.Height);
        return SmallPicture.Enlarge(AlphaMatting.Estimate(small.Span, trimap, Done, cancel), trimap.Width, trimap.Height, width, height);
    }

    static Mask Smaller(Mask mask, double scale)
    {
        if (scale == 1) return mask;
        var (width, height) = (Side(mask.Width, scale), Side(mask.Height, scale));
        var mean = SmallPicture.Mean(Array.ConvertAll(mask.Values, value => (float)value), mask.Width, mask.Height, width, height);
        return new Mask(width, height, Array.ConvertAll(mean, value => (byte)(value + 0.5f)));
    }

    static double Scale(int width, int height, int baseSize) => Math.Min(1, (double)baseSize / Math.Max(width, height));

    static int Side(int side, double scale) => Math.Max(1, (int)Math.Round(side * scale));
}
