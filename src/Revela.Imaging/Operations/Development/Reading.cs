using Revela.Imaging.Native.Vips;

namespace Revela.Imaging.Operations.Development;

/// <summary>How much of a JPEG has to be read: luma alone when the result is grey, fewer pixels when the first change of size shrinks.</summary>
/// <param name="Eighths">Of each side: 8, 4, 2 or 1.</param>
sealed record Reading(bool Luma, int Eighths)
{
    /// <summary>Whether there is something to be spared.</summary>
    public bool IsPartial => Luma || Eighths < 8;

    // The resampling that follows keeps at least this factor, so that its filter, not the DCT's, makes the picture.
    const double Margin = 1.25;

    public static Reading Choose(VipsImage header, PictureFormat format, IReadOnlyList<BoundStep> steps, int frames, (int Width, int Height) upright)
    {
        if (format != Formats.Jpeg || frames > 1) return new Reading(Luma: false, 8);
        return new Reading(IsLuma(header, steps), Eighth(steps, upright));
    }

    // Luma and chroma of a JPEG without a profile of its own; what comes before grey must treat all bands alike.
    static bool IsLuma(VipsImage header, IReadOnlyList<BoundStep> steps)
    {
        if (header.Interpretation is not (VipsInterpretation.Srgb or VipsInterpretation.BW) || !WorkingColour.IsStandard(header)) return false;
        return header.Bands == 1 || steps.SkipWhile(TreatsBandsAlike).FirstOrDefault()?.Operation is Grayscale;
    }

    static bool TreatsBandsAlike(BoundStep step) => step is
    { Operation: Flip or Pause or Convert or Strip } or { Options: Thumbnail.Options { Gravity: not Gravity.Smart } } or
    { Options: Resize.Options { Fit: not Resize.Fit.Pad, Gravity: not Gravity.Smart } or Crop.Options { Gravity: not Gravity.Smart } };

    static int Eighth(IReadOnlyList<BoundStep> steps, (int Width, int Height) size)
    {
        var first = steps.SkipWhile(s => s.Operation is Grayscale or Pause or Convert or Strip).FirstOrDefault();
        var options = first?.Options switch { Resize.Options o => o, Thumbnail.Options o => Thumbnail.AsResize(o), _ => null };
        if (options is null) return 8;
        var scale = Resize.Fitting(size.Width, size.Height, options).Scale;
        foreach (var eighths in (ReadOnlySpan<int>)[1, 2, 4])
            if (eighths / 8.0 >= scale * Margin) return eighths;
        return 8;
    }
}
