using System.Runtime.InteropServices;
using Revela.Imaging.Native.Posix;

namespace Revela.Imaging.Native.Tesseract;

/// <summary>Tesseract with one language loaded; one thread at a time.</summary>
public sealed unsafe class TesseractEngine : SafeHandle
{
    const int LstmOnly = 1;
    const int SymbolLevel = 4;

    // What scanners have; without it Tesseract guesses from the picture and complains.
    const int DotsPerInch = 300;

    static readonly Lazy<string> Loaded = new(Load);

    TesseractEngine() : base(0, ownsHandle: true) => SetHandle(TesseractNative.TessBaseAPICreate());

    public override bool IsInvalid => handle == 0;

    /// <summary>Such as <c>5.3.0</c>.</summary>
    /// <exception cref="DllNotFoundException">The library is not installed; the message names the package.</exception>
    public static string Version => Loaded.Value;

    /// <param name="language">Such as <c>eng</c>; its data are looked for where the library was built to look, or in <c>TESSDATA_PREFIX</c>.</param>
    /// <exception cref="DllNotFoundException">The library is not installed; the message names the package.</exception>
    /// <exception cref="TesseractException">The language's data are absent; the message names the package.</exception>
    public static TesseractEngine Open(string language)
    {
        _ = Loaded.Value;
        var engine = new TesseractEngine();
        if (engine.IsInvalid || TesseractNative.TessBaseAPIInit2(engine, null, language, LstmOnly) != 0)
        {
            engine.Dispose();
            throw new TesseractException($"Tesseract has no data for the language {language}. Install them with: apt-get install tesseract-ocr-{language}");
        }
        engine.Set("debug_file", "/dev/null");
        return engine;
    }

    /// <exception cref="TesseractException">There is no such variable.</exception>
    public void Set(string variable, string value)
    {
        if (TesseractNative.TessBaseAPISetVariable(this, variable, value) == 0) throw new TesseractException($"Tesseract has no variable {variable}");
    }

    /// <summary>Reads one line of text.</summary>
    /// <param name="gray">Rows from the top without padding, dark text on light.</param>
    /// <returns>Symbols from left to right, each with its confidence, 0–100; empty when nothing was read.</returns>
    public IReadOnlyList<(string Text, float Confidence)> ReadLine(ReadOnlySpan<byte> gray, int width, int height, LineMode mode)
    {
        if (gray.Length < (long)width * height) throw new ArgumentException("there are fewer pixels than the size says", nameof(gray));
        TesseractNative.TessBaseAPISetPageSegMode(this, (int)mode);
        try
        {
            fixed (byte* first = gray) TesseractNative.TessBaseAPISetImage(this, first, width, height, 1, width);
            TesseractNative.TessBaseAPISetSourceResolution(this, DotsPerInch);
            return TesseractNative.TessBaseAPIRecognize(this, 0) == 0 ? Symbols() : [];
        }
        finally
        {
            TesseractNative.TessBaseAPIClear(this);
        }
    }

    List<(string, float)> Symbols()
    {
        var symbols = new List<(string, float)>();
        var iterator = TesseractNative.TessBaseAPIGetIterator(this);
        if (iterator == 0) return symbols;
        try
        {
            do
            {
                var text = TesseractNative.TessResultIteratorGetUTF8Text(iterator, SymbolLevel);
                if (text == 0) continue;
                symbols.Add((Marshal.PtrToStringUTF8(text)!, TesseractNative.TessResultIteratorConfidence(iterator, SymbolLevel)));
                TesseractNative.TessDeleteText(text);
            }
            while (TesseractNative.TessResultIteratorNext(iterator, SymbolLevel) != 0);
        }
        finally
        {
            TesseractNative.TessResultIteratorDelete(iterator);
        }
        return symbols;
    }

    protected override bool ReleaseHandle()
    {
        TesseractNative.TessBaseAPIDelete(handle);
        return true;
    }

    // Lines are too small to be shared out among threads; OpenMP reads its limit once, when the library is loaded.
    static string Load()
    {
        NativeLibraries.Register();
        if (!OperatingSystem.IsWindows()) _ = Posix.Posix.SetVariable("OMP_THREAD_LIMIT", "1", overwrite: 1);
        return Marshal.PtrToStringUTF8(TesseractNative.TessVersion())!;
    }
}

/// <summary>What Tesseract is told about the picture's layout; its own values.</summary>
public enum LineMode { Line = 7, Word = 8, RawLine = 13 }

/// <summary>Tesseract said no.</summary>
public sealed class TesseractException(string message) : Exception(message);
