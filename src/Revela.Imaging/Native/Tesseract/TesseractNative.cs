using System.Runtime.InteropServices;

namespace Revela.Imaging.Native.Tesseract;

/// <summary>The entry points of Tesseract's C API, version 5.</summary>
static unsafe partial class TesseractNative
{
    const string Library = NativeLibraries.Tesseract;

    [LibraryImport(Library)]
    internal static partial nint TessVersion();
    [LibraryImport(Library)]
    internal static partial nint TessBaseAPICreate();
    [LibraryImport(Library)]
    internal static partial void TessBaseAPIDelete(nint api);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int TessBaseAPIInit2(TesseractEngine api, string? datapath, string language, int mode);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int TessBaseAPISetVariable(TesseractEngine api, string name, string value);
    [LibraryImport(Library)]
    internal static partial void TessBaseAPISetPageSegMode(TesseractEngine api, int mode);
    [LibraryImport(Library)]
    internal static partial void TessBaseAPISetImage(TesseractEngine api, byte* pixels, int width, int height, int bytesPerPixel, int bytesPerLine);
    [LibraryImport(Library)]
    internal static partial void TessBaseAPISetSourceResolution(TesseractEngine api, int dotsPerInch);
    [LibraryImport(Library)]
    internal static partial int TessBaseAPIRecognize(TesseractEngine api, nint monitor);
    [LibraryImport(Library)]
    internal static partial void TessBaseAPIClear(TesseractEngine api);
    [LibraryImport(Library)]
    internal static partial nint TessBaseAPIGetIterator(TesseractEngine api);
    [LibraryImport(Library)]
    internal static partial nint TessResultIteratorGetUTF8Text(nint iterator, int level);
    [LibraryImport(Library)]
    internal static partial float TessResultIteratorConfidence(nint iterator, int level);
    [LibraryImport(Library)]
    internal static partial int TessResultIteratorNext(nint iterator, int level);
    [LibraryImport(Library)]
    internal static partial void TessResultIteratorDelete(nint iterator);
    [LibraryImport(Library)]
    internal static partial void TessDeleteText(nint text);
}
