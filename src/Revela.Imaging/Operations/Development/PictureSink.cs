using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Imaging.Native.Vips;

namespace Revela.Imaging.Operations.Development;

/// <summary>Writes the picture of a run: the evaluation of all its steps happens here, once.</summary>
static class PictureSink
{
    public sealed record Written(string Path, PictureFormat Format, int Width, int Height, int Frames);

    public static Written Write(Picture picture, PictureFormat input, string outputPath, VipsWatch watch)
    {
        var format = picture.Output.Format ?? Formats.Default(input, picture.HasAlpha, picture.Frames.Count);
        if (Math.Max(picture.Width, picture.Height * (format.HasFrames ? 1 : picture.Frames.Count)) > format.MaxSide)
            throw new StepException($"The result of {picture.Width} × {picture.Height} pixels is larger than {format.ContentType} can be.", ErrorCodes.OutputTooLarge);

        picture.Each(frame => Fitted(frame, format, picture.Output));
        var frames = format.HasFrames ? picture.Frames.Count : 1;
        using var whole = Join(picture, frames);
        using var clean = Metadata.Clean(whole, picture.Output.Keep, frames);

        var path = outputPath + ObjectKeys.Extension(format.ContentType);
        watch.Add(clean);
        Save(clean, path, format, picture.Output);
        return new Written(path, format, picture.Width, picture.Height, frames);
    }

    static VipsImage Fitted(VipsImage frame, PictureFormat format, OutputSettings output)
    {
        using var deep = format.Has16Bits ? frame.Share() : WorkingColour.To8Bits(frame);
        return format.HasAlpha ? deep.Share() : VipsOps.Flat(deep, output.Background);
    }

    static VipsImage Join(Picture picture, int frames)
    {
        if (frames == 1) return picture.First.Share();
        using var tall = VipsOperation.Call("arrayjoin", ("in", picture.Frames.ToArray()), ("across", 1));
        var whole = tall.Copy();
        whole.SetInt("page-height", picture.First.Height);
        return whole;
    }

    static void Save(VipsImage image, string path, PictureFormat format, OutputSettings output)
    {
        using var save = VipsOperation.New(format.Saver!).Set("in", image).Set("filename", path);
        if (format == Formats.Jpeg) Jpeg(save, output);
        else if (format == Formats.Png) Png(save, output);
        else if (format == Formats.Webp) Webp(save, output);
        else if (format == Formats.Avif) Avif(save, output);
        else if (format == Formats.Tiff) save.Set("compression", "deflate").Set("predictor", "horizontal");
        else save.Set("effort", Math.Clamp(output.Effort ?? 7, 1, 9)).Set("interlace", output.Progressive);
        save.Run();
    }

    public const int JpegQuality = 85;

    static void Jpeg(VipsOperation save, OutputSettings output) => save
        .Set("Q", output.Quality ?? JpegQuality)
        .Set("interlace", output.Progressive)
        .Set("optimize-coding", output.Progressive || output.Effort is >= 5);

    // Photos gain nothing from the filters' trials that zlib would need at its default; the effort sets the level.
    static void Png(VipsOperation save, OutputSettings output) => save
        .Set("compression", output.Effort ?? 6)
        .Set("interlace", output.Progressive);

    static void Webp(VipsOperation save, OutputSettings output) => save
        .Set("Q", output.Quality ?? 80)
        .Set("lossless", output.Lossless)
        .Set("effort", Math.Min(output.Effort ?? 4, 6));

    static void Avif(VipsOperation save, OutputSettings output) => save
        .Set("Q", output.Quality ?? 60)
        .Set("lossless", output.Lossless)
        .Set("compression", "av1")
        .Set("bitdepth", 8)
        .Set("subsample-mode", output.Lossless ? "off" : "auto")
        .Set("effort", output.Effort ?? 4);
}
