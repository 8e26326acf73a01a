using System.Collections.Concurrent;
using Revela.Core.Jobs;
using Revela.Imaging.Native.Tesseract;
using Revela.Imaging.Operations;

namespace Revela.Imaging.Ocr;

/// <summary>Readers kept between runs: loading one takes longer than reading many numbers.</summary>
static class ReaderPool
{
    static readonly ConcurrentBag<LineReader> Idle = [];

    /// <summary>Lends a reader. One that threw is not lent again.</summary>
    /// <exception cref="StepException"><c>engine-unavailable</c>: Tesseract or its data are not installed; the message names the package.</exception>
    public static T Use<T>(Func<LineReader, T> work)
    {
        var reader = Idle.TryTake(out var idle) ? idle : Open();
        T result;
        try
        {
            result = work(reader);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
        Idle.Add(reader);
        return result;
    }

    static LineReader Open()
    {
        try
        {
            return new LineReader();
        }
        catch (Exception e) when (e is DllNotFoundException or TesseractException)
        {
            throw new StepException(e.Message, ErrorCodes.EngineUnavailable);
        }
    }
}
