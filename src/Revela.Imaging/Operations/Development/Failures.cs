using System.Text;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Imaging.Native.Vips;

namespace Revela.Imaging.Operations.Development;

/// <summary>What a codec's or libvips' complaint means for the job, in words that hold no path.</summary>
static class Failures
{
    const int MaxLength = 300;

    // Operations whose complaint, made while the picture is read and written, is about the input's bytes.
    static bool IsCodec(string operation) =>
        operation.EndsWith("load", StringComparison.Ordinal) || operation.EndsWith("save", StringComparison.Ordinal) || operation == "copy_memory";

    public static JobError Of(Exception exception, StepRun run)
    {
        var text = Safe(exception.Message, run);
        if (text.Contains("No space left", StringComparison.OrdinalIgnoreCase))
            throw new OutageException(ErrorCodes.StorageUnavailable, "There is no room to write the result.", exception);
        if (text.Contains("out of memory", StringComparison.OrdinalIgnoreCase))
            return new JobError(ErrorCodes.TooLarge, "The picture needs more memory than there is.", Retryable: false);
        if (exception is VipsException vips && !IsCodec(vips.Operation))
            return new JobError(ErrorCodes.OperationFailed, $"{vips.Operation} could not be done: {text}", Retryable: false);
        return new JobError(ErrorCodes.BrokenImage, $"The picture cannot be read: {text}", Retryable: false);
    }

    static string Safe(string message, StepRun run)
    {
        foreach (var path in (string?[])[run.InputPath, run.OutputPath, Path.GetDirectoryName(run.InputPath), Path.GetDirectoryName(run.OutputPath)])
            if (path?.Length > 1) message = message.Replace(path, "the file", StringComparison.Ordinal);

        var safe = new StringBuilder();
        foreach (var line in message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct())
            safe.Append(safe.Length == 0 ? "" : "; ").Append(line);
        for (var i = 0; i < safe.Length; i++)
            if (char.IsControl(safe[i])) safe[i] = ' ';
        return safe.Length > MaxLength ? safe.ToString(0, MaxLength) + "…" : safe.ToString();
    }
}
