using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Imaging.Native.TurboJpeg;
using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations.Lossless;

namespace Revela.Imaging.Operations.Development;

/// <summary>One run of fused steps on one picture: wait, pass or open, apply, write, hash.</summary>
sealed class DevelopmentRun(StepRun run, IReadOnlyList<BoundStep> steps, IProgress<StepProgress> progress, TimeProvider time, CancellationToken cancel)
{
    // What pixels count for beside waits, in the share of progress.
    const double PixelSeconds = 1;

    int current;
    double before;
    double reported;
    string? blame;

    public async Task<StepOutcome> Run()
    {
        var outcome = default(StepOutcome);
        try
        {
            return outcome = await Attempt();
        }
        finally
        {
            if (outcome is not StepOutcome.Developed) DeleteRest();
        }
    }

    async Task<StepOutcome> Attempt()
    {
        try
        {
            cancel.ThrowIfCancellationRequested();
            await Wait();
            return Develop();
        }
        catch (Exception e) when (cancel.IsCancellationRequested && e is VipsException or TurboJpegException)
        {
            throw new OperationCanceledException(cancel);
        }
        catch (StepException e)
        {
            return InProcessRunner.Failed(e.Error, current);
        }
        catch (Exception e) when (e is VipsException or TurboJpegException)
        {
            return InProcessRunner.Failed(Failures.Of(e, run), current);
        }
    }

    // What an encoder had written when it stopped; nothing else begins with this name.
    void DeleteRest()
    {
        foreach (var path in Formats.Endings.Select(ending => run.OutputPath + ending)) File.Delete(path);
    }

    async ValueTask Wait()
    {
        var waiting = steps.Sum(s => s.Operation.WaitSeconds(s.Options));
        foreach (var step in steps)
        {
            current = step.Index;
            var share = step.Operation.WaitSeconds(step.Options) / (waiting + PixelSeconds);
            await step.Operation.Wait(step.Options, Context(done => Report(before + share * done)));
            before += share;
        }
        current = 0;
    }

    StepOutcome Develop()
    {
        if (Formats.Find(run.ContentType) is not { } format)
            return InProcessRunner.Failed(new JobError(ErrorCodes.UnsupportedFormat, $"Pictures of the type {run.ContentType} are not read.", Retryable: false));
        if (new FileInfo(run.InputPath) is not { Exists: true, Length: > 0 })
            return InProcessRunner.Failed(new JobError(ErrorCodes.EmptyInput, "The picture's file is empty or absent.", Retryable: false));
        if (steps.All(s => s.Operation is Pause)) return PassThrough(format);
        if (format == Formats.Png && !PngFile.IsWhole(run.InputPath))
            return InProcessRunner.Failed(new JobError(ErrorCodes.BrokenImage, "The picture cannot be read: the file ends within a part of it.", Retryable: false));
        if (Losslessly(format) is { } lossless) return lossless;

        using var watch = new VipsWatch(percent => ReportPixels(percent / 100.0), cancel);
        using var picture = PictureSource.Open(run, format, steps, watch, Context(ReportPixels));
        CheckSizes(picture);
        if (run.IsBetween) picture.Output = OutputSettings.Faithful;
        foreach (var step in steps)
        {
            current = step.Index;
            cancel.ThrowIfCancellationRequested();
            step.Operation.Apply(picture, step.Options, step.Engine);
        }
        if (OperationCatalog.OnlyLook(steps)) return new StepOutcome.Seen(picture.Data, picture.Engine ?? $"vips-{Vips.Version}");
        var written = PictureSink.Write(picture, format, run.OutputPath, watch);
        cancel.ThrowIfCancellationRequested();
        return Developed(written.Path, written.Format.ContentType, written.Width, written.Height, written.Frames, picture.Engine ?? $"vips-{Vips.Version}", picture.Data);
    }

    void CheckSizes(Picture picture)
    {
        var shape = new Shape(picture.Width, picture.Height, picture.Frames.Count, picture.First.Bands, picture.First.Format == VipsFormat.UShort ? 2 : 1);
        foreach (var step in steps)
        {
            current = step.Index;
            shape = step.Operation.After(shape, step.Options);
            if (shape.Pixels > run.Limits.MaxOutputPixels)
                throw new StepException($"{step.Operation.Name} would make {shape.Width} × {shape.Height} pixels, more than allowed.", ErrorCodes.OutputTooLarge);
        }
    }

    StepOutcome? Losslessly(PictureFormat format)
    {
        var path = run.OutputPath + ObjectKeys.Extension(run.ContentType);
        if (format == Formats.Jpeg)
        {
            return LosslessJpeg.TryWrite(run, steps, path) is var (width, height)
                ? Developed(path, run.ContentType, width, height, 1, $"turbojpeg-{TurboJpeg.Version}")
                : null;
        }
        if (!LosslessStrip.TryWrite(run, format, steps, path)) return null;
        var size = PictureSource.Measure(run, format);
        return Developed(path, run.ContentType, size.Width, size.Height, size.Frames, "none");
    }

    StepOutcome.Developed PassThrough(PictureFormat format)
    {
        var path = run.OutputPath + ObjectKeys.Extension(run.ContentType);
        File.Copy(run.InputPath, path);
        var header = PictureSource.Measure(run, format);
        return Developed(path, run.ContentType, header.Width, header.Height, header.Frames, "none");
    }

    StepOutcome.Developed Developed(string path, string contentType, int width, int height, int frames, string engine, JsonObject? data = null)
    {
        using var file = File.OpenRead(path);
        var hash = System.Convert.ToHexStringLower(SHA256.HashData(file));
        return new StepOutcome.Developed(path, contentType, file.Length, hash, width, height, frames, data, engine);
    }

    RunContext Context(Action<double> report) => new(time, report, cancel) { Blame = Blame, Distrusted = run.Distrusted };

    void Blame(string? network)
    {
        blame = network;
        progress.Report(new StepProgress(current, reported, blame));
    }

    void ReportPixels(double done) => Report(before + (1 - before) * done);

    // Of the whole run, and never back: a resampling and the encoder behind it each count from nothing.
    void Report(double fraction)
    {
        if (fraction <= reported) return;
        reported = fraction;
        progress.Report(new StepProgress(current, fraction, blame));
    }
}
