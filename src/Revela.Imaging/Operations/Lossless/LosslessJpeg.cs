using Revela.Core.Pipelines;
using Revela.Imaging.Native.TurboJpeg;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations.Lossless;

/// <summary>
/// JPEG to JPEG without decoding a pixel: grey, quarter turns, mirrors, cuts on block borders and metadata, as long as no step asks for
/// a quality; grey at a quality reads and writes luma alone. Whatever does not fit (blocks cut by an edge that would move, damaged data, other colours) goes the way of pixels instead.
/// </summary>
static class LosslessJpeg
{
    /// <summary>What the steps amount to.</summary>
    /// <param name="Crop">In the moved picture.</param>
    sealed record Wish(Move Move, bool Gray, (int X, int Y, int Width, int Height)? Crop, bool Progressive, int? Quality, Keepsakes Keep, int Width, int Height);

    /// <returns>The size written, or null when it cannot be done this way; then nothing was written.</returns>
    public static (int Width, int Height)? TryWrite(StepRun run, IReadOnlyList<BoundStep> steps, string path)
    {
        if (!steps.All(IsLossless)) return null;
        using var bytes = NativeBytes.Map(run.InputPath);
        if (bytes.Length > int.MaxValue || JpegFile.Parse(bytes.Span) is not { } file) return null;
        try
        {
            var info = TurboJpeg.Header(bytes);
            return Understand(steps, info, JpegMetadata.Orientation(bytes.Span, file)) is { } wish ? Write(bytes, file, info, wish, path) : null;
        }
        catch (TurboJpegException)
        {
            return null;
        }
    }

    static bool IsLossless(BoundStep step) => step.Options switch
    {
        Grayscale.Options or Flip.Options or Strip.Options or Pause.Options => true,
        Rotate.Options rotate => Rotate.Quarters(rotate) is not null,
        Crop.Options crop => crop.X is not null || crop.Gravity != Gravity.Smart,
        Resize.Options or Thumbnail.Options => true,
        Convert.Options convert => convert is { Format: null or Convert.Format.Jpeg, Effort: null },
        _ => false,
    };

    static Wish? Understand(IReadOnlyList<BoundStep> steps, JpegInfo info, int orientation)
    {
        var wish = Moved(new Wish(Move.None, Gray: false, null, Progressive: false, null, Keepsakes.Default, info.Width, info.Height), Move.OfOrientation(orientation));
        foreach (var step in steps)
        {
            if (wish is null) return null;
            wish = With(wish, step.Options);
        }
        return wish;
    }

    static Wish? With(Wish wish, object options) => options switch
    {
        Grayscale.Options => wish with { Gray = true },
        Flip.Options flip => Moved(wish, Move.Of(flip.Direction)),
        Rotate.Options rotate => Moved(wish, Move.OfQuarters(Rotate.Quarters(rotate) ?? 0)),
        Crop.Options crop => Cropped(wish, crop),
        Resize.Options resize => Unchanged(wish, resize),
        Thumbnail.Options thumbnail => Unchanged(wish, Thumbnail.AsResize(thumbnail)),
        Strip.Options strip => wish with { Keep = Strip.Keep(strip) },
        Convert.Options convert => wish with { Progressive = convert.Progressive, Quality = convert.Quality },
        _ => wish,
    };

    // One transform moves first and cuts then: a move after a cut is beyond it.
    static Wish? Moved(Wish wish, Move move)
    {
        if (move == Move.None) return wish;
        if (wish.Crop is not null) return null;
        var (width, height) = move.SwapsSides ? (wish.Height, wish.Width) : (wish.Width, wish.Height);
        return wish with { Move = wish.Move.Then(move), Width = width, Height = height };
    }

    static Wish? Unchanged(Wish wish, Resize.Options options)
    {
        var shape = new Shape(wish.Width, wish.Height, 1, 3, 1);
        return Resize.Resized(shape, options) == shape ? wish : null;
    }

    static Wish? Cropped(Wish wish, Crop.Options options)
    {
        if (Crop.Area(wish.Width, wish.Height, options) is not { } area) return null;
        var (x, y, _, _) = wish.Crop ?? default;
        return wish with { Crop = (x + area.X, y + area.Y, area.Width, area.Height), Width = area.Width, Height = area.Height };
    }

    static (int, int)? Write(NativeBytes bytes, JpegFile file, JpegInfo info, Wish wish, string path)
    {
        var profile = JpegMetadata.Profile(bytes.Span, file);
        var touched = wish.Gray || wish.Move != Move.None || wish.Crop is not null || wish.Quality is not null;
        var ours = info.Colourspace is TjColourspace.YCbCr or TjColourspace.Gray;
        if (touched && !ours || wish.Gray && profile is not null && !SrgbProfile.Is(profile)) return null;

        var segments = JpegMetadata.Kept(bytes.Span, file, wish.Keep, keepProfile: !wish.Gray, wish.Width, wish.Height);
        if (!touched && (!wish.Progressive || file.IsProgressive))
        {
            if (file.FindEnd(bytes.Span) is not { } end) return null;
            using var copy = File.Create(path);
            JpegMetadata.WriteUntouched(copy, bytes.Span, file, end, segments);
            return (wish.Width, wish.Height);
        }
        using var jpeg = wish.Quality is { } quality ? Luma(bytes, info, wish, quality) : Moved(bytes, file, info, wish);
        if (jpeg is null) return null;
        using var output = File.Create(path);
        JpegMetadata.Write(output, jpeg.Span, segments);
        return (wish.Width, wish.Height);
    }

    static NativeBytes Moved(NativeBytes bytes, JpegFile file, JpegInfo info, Wish wish) => TurboJpeg.Transform(
        bytes, wish.Move.ToTurboJpeg(), wish.Gray && info.Colourspace == TjColourspace.YCbCr, wish.Crop, wish.Progressive || file.IsProgressive);

    static NativeBytes? Luma(NativeBytes bytes, JpegInfo info, Wish wish, int quality)
    {
        if (!wish.Gray && info.Colourspace != TjColourspace.Gray || wish.Move != Move.None) return null;
        using var rows = TurboJpeg.Decode(bytes, info, TjPixels.Gray);
        var (x, y, width, height) = wish.Crop ?? (0, 0, info.Width, info.Height);
        return TurboJpeg.EncodeGray(rows.Address + (nint)y * info.Width + x, width, height, info.Width, quality, wish.Progressive);
    }
}
