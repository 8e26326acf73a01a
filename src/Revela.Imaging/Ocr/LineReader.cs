using Revela.Imaging.Native.Tesseract;

namespace Revela.Imaging.Ocr;

/// <summary>What was read from a line.</summary>
/// <param name="Least">Confidence of the least certain symbol, 0–1.</param>
readonly record struct Reading(string Text, float Least)
{
    public bool IsNumber => Text.Length > 0 && Text.All(char.IsAsciiDigit);
}

/// <summary>Reads lines with Tesseract; one thread at a time.</summary>
sealed class LineReader : IDisposable
{
    const string Digits = "0123456789";
    readonly TesseractEngine engine = TesseractEngine.Open("eng");
    string allowed = "";

    /// <summary>Whatever is there is taken for digits.</summary>
    public Reading ReadDigits(LinePicture picture) => Read(picture, Digits);

    /// <summary>Letters are allowed too: what is a number only because nothing else was allowed shows here.</summary>
    public Reading ReadAnything(LinePicture picture) => Read(picture, "");

    public void Dispose() => engine.Dispose();

    Reading Read(LinePicture picture, string whitelist)
    {
        if (allowed != whitelist) engine.Set("tessedit_char_whitelist", allowed = whitelist);
        var symbols = engine.ReadLine(picture.Pixels, picture.Width, picture.Height, LineMode.RawLine);
        return symbols.Count == 0 ? new Reading("", 0) : new Reading(string.Concat(symbols.Select(s => s.Text)), symbols.Min(s => s.Confidence) / 100);
    }
}
