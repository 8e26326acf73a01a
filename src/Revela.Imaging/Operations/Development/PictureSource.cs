using Revela.Core.Pipelines;
using Revela.Imaging.Native.TurboJpeg;
using Revela.Imaging.Native.Vips;

namespace Revela.Imaging.Operations.Development;

/// <summary>Opens the picture of a run with the one loader its content type allows, reading no more than the steps need.</summary>
static class PictureSource
{
    public static Picture Open(StepRun run, PictureFormat format, IReadOnlyList<BoundStep> steps, VipsWatch watch, RunContext context)
    {
        using var header = Load(run.InputPath, format, ("n", 1));
        var frames = KeepsFrames(header, format, steps) ? header.GetInt("n-pages") ?? 1 : 1;
        var upright = Orientation.UprightSize(header);
        var reading = Reading.Choose(header, format, steps, frames, upright);

        var rows = reading.IsPartial ? TurboRows(run.InputPath, reading) : null;
        var keepProfile = steps.All(s => !s.Operation.ChangesPixels) && steps.All(s => s.Operation is not Convert);
        using var loaded = rows is null ? LoadAll(run.InputPath, format, reading, frames) : Over(rows, header);
        watch.Add(loaded);
        using var normal = WorkingColour.Normalise(loaded, keepProfile);

        var picture = new Picture(frames > 1 ? Split(normal, frames) : [normal.Share()], Origin.Of(header, format), watch, context);
        if (rows is not null) picture.Own(rows.Pixels);
        Orientation.Apply(picture);
        if (frames == 1) picture.Pretend(upright);
        return picture;
    }

    /// <summary>Size as displayed, from the header.</summary>
    public static (int Width, int Height, int Frames) Measure(StepRun run, PictureFormat format)
    {
        using var header = Load(run.InputPath, format, ("n", 1));
        var (width, height) = Orientation.UprightSize(header);
        return (width, height, format.HasFrames ? header.GetInt("n-pages") ?? 1 : 1);
    }

    // Frames are kept when the result can hold them; otherwise the first one is the picture.
    static bool KeepsFrames(VipsImage header, PictureFormat format, IReadOnlyList<BoundStep> steps)
    {
        if (!format.HasFrames || (header.GetInt("n-pages") ?? 1) == 1) return false;
        var asked = steps.Select(s => (s.Options as Convert.Options)?.Format).LastOrDefault(f => f is not null);
        return asked is not { } target || Formats.Of(target).HasFrames;
    }

    static VipsImage Load(string path, PictureFormat format, params (string Name, int Value)[] numbers)
    {
        using var load = VipsOperation.New(format.Loader)
            .Set("filename", path)
            .Set("access", "sequential")
            .Set("fail-on", "error");
        foreach (var (name, value) in numbers)
            if (name != "n" || format.HasFrames) load.Set(name, value);
        load.Run();
        return load.Image("out");
    }

    static VipsImage LoadAll(string path, PictureFormat format, Reading reading, int frames) => format == Formats.Jpeg
        ? Load(path, format, ("shrink", 8 / reading.Eighths))
        : Load(path, format, ("n", frames > 1 ? -1 : 1));

    static VipsImage[] Split(VipsImage tall, int frames)
    {
        var height = tall.Height / frames;
        return Enumerable.Range(0, frames).Select(i => VipsOperation.Call("extract_area",
            ("input", tall), ("left", 0), ("top", i * height), ("width", tall.Width), ("height", height))).ToArray();
    }

    sealed record Rows(NativeBytes Pixels, int Width, int Height, int Bands);

    // Null when the file is damaged or has colours that TurboJPEG does not turn into RGB: libvips' loader decides then.
    static Rows? TurboRows(string path, Reading reading)
    {
        try
        {
            using var jpeg = NativeBytes.Map(path);
            var info = TurboJpeg.Header(jpeg);
            if (info.Colourspace is TjColourspace.Cmyk or TjColourspace.Ycck) return null;
            var pixels = reading.Luma || info.Colourspace == TjColourspace.Gray ? TjPixels.Gray : TjPixels.Rgb;
            return new Rows(TurboJpeg.Decode(jpeg, info, pixels, reading.Eighths),
                TurboJpeg.Scaled(info.Width, reading.Eighths), TurboJpeg.Scaled(info.Height, reading.Eighths), pixels == TjPixels.Gray ? 1 : 3);
        }
        catch (TurboJpegException)
        {
            return null;
        }
    }

    static VipsImage Over(Rows rows, VipsImage header)
    {
        var image = VipsImage.Over(rows.Pixels.Address, rows.Width, rows.Height, rows.Bands, VipsOps.Meaning(rows.Bands, VipsFormat.UChar));
        header.CopyMetadataTo(image);
        // A profile of colours does not fit grey; it was sRGB's, or luma alone would not have been read.
        if (rows.Bands == 1 && header.Bands == 3) image.Remove("icc-profile-data");
        return image;
    }
}
