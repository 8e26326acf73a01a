using System.Runtime.InteropServices;

namespace Revela.Imaging.Native.TurboJpeg;

/// <summary>What a JPEG's header says.</summary>
public readonly record struct JpegInfo(int Width, int Height, TjSubsampling Subsampling, TjColourspace Colourspace);

public enum TjSubsampling { Unknown = -1, S444 = 0, S422 = 1, S420 = 2, Gray = 3, S440 = 4, S411 = 5 }

public enum TjColourspace { Rgb = 0, YCbCr = 1, Gray = 2, Cmyk = 3, Ycck = 4 }

public enum TjPixels { Rgb = 0, Gray = 6, Rgba = 7, Cmyk = 11 }

/// <summary>Moves of whole coefficient blocks; a quarter turn is clockwise.</summary>
public enum TjMove { None = 0, FlipHorizontal = 1, FlipVertical = 2, Transpose = 3, Transverse = 4, Rotate90 = 5, Rotate180 = 6, Rotate270 = 7 }

/// <summary>JPEG at its own speed: reading luma only or scaled in the DCT domain, writing, and changes that lose nothing.</summary>
public static unsafe class TurboJpeg
{
    // A decoder with less is not ours to support: this is the API level that we call.
    public const string Version = "2.1";

    const int AccurateDct = 4096;
    const int FastUpsample = 256;
    const int LimitScans = 32768;
    const int OptionPerfect = 1, OptionCrop = 4, OptionGray = 8, OptionProgressive = 32, OptionCopyNone = 64;

    public static JpegInfo Header(NativeBytes jpeg)
    {
        using var handle = TurboJpegHandle.Decompressor();
        var result = TurboJpegNative.tjDecompressHeader3(
            handle, jpeg.Pointer, new CULong(jpeg.Length), out var width, out var height, out var subsampling, out var colourspace);
        TurboJpegException.ThrowIf(result, handle);
        return new JpegInfo(width, height, (TjSubsampling)subsampling, (TjColourspace)colourspace);
    }

    /// <summary>The side that a picture of this side has when read at <paramref name="eighths"/>/8.</summary>
    public static int Scaled(int side, int eighths) => (side * eighths + 7) / 8;

    /// <summary>Decodes at <paramref name="eighths"/>/8 (1–8) into rows without padding. <see cref="TjPixels.Gray"/> reads luma alone.</summary>
    public static NativeBytes Decode(NativeBytes jpeg, JpegInfo info, TjPixels pixels, int eighths = 8)
    {
        var (width, height) = (Scaled(info.Width, eighths), Scaled(info.Height, eighths));
        var bands = pixels switch { TjPixels.Gray => 1, TjPixels.Rgb => 3, _ => 4 };
        var rows = NativeBytes.Allocate((nuint)width * (nuint)height * (nuint)bands);
        try
        {
            using var handle = TurboJpegHandle.Decompressor();
            var result = TurboJpegNative.tjDecompress2(
                handle, jpeg.Pointer, new CULong(jpeg.Length), rows.Pointer, width, width * bands, height, (int)pixels, LimitScans);
            TurboJpegException.ThrowIf(result, handle);
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <summary>Encodes one band as a grey JPEG.</summary>
    /// <param name="quality">1–100.</param>
    public static NativeBytes EncodeGray(nint rows, int width, int height, int pitch, int quality, bool progressive) =>
        Encode(rows, width, height, pitch, TjPixels.Gray, TjSubsampling.Gray, quality, progressive);

    public static NativeBytes Encode(nint rows, int width, int height, int pitch, TjPixels pixels, TjSubsampling subsampling, int quality, bool progressive)
    {
        void* jpeg = null;
        CULong size = default;
        using var handle = TurboJpegHandle.Compressor();
        var result = TurboJpegNative.tjCompress2(
            handle, (void*)rows, width, pitch, height, (int)pixels, &jpeg, &size, (int)subsampling, quality, progressive ? Progressive : 0);
        try
        {
            TurboJpegException.ThrowIf(result, handle);
        }
        catch
        {
            TurboJpegNative.tjFree(jpeg);
            throw;
        }
        return NativeBytes.OfTurboJpeg((nint)jpeg, size.Value);
    }

    const int Progressive = 16384;

    /// <summary>
    /// Changes a JPEG without decoding its pixels. No marker is copied but those of the coding itself. With a partial block at an edge
    /// that the move would bring to the other side, or a crop that does not begin on a block, it throws: nothing is ever trimmed silently.
    /// </summary>
    /// <param name="crop">In the moved picture; x and y on whole blocks.</param>
    public static NativeBytes Transform(NativeBytes jpeg, TjMove move, bool gray, (int X, int Y, int Width, int Height)? crop, bool progressive)
    {
        var transform = new TjTransform
        {
            Operation = (int)move,
            Options = OptionPerfect | OptionCopyNone | (gray ? OptionGray : 0) | (crop is null ? 0 : OptionCrop) | (progressive ? OptionProgressive : 0),
        };
        if (crop is { } area) (transform.X, transform.Y, transform.Width, transform.Height) = area;

        void* output = null;
        CULong size = default;
        using var handle = TurboJpegHandle.Transformer();
        var result = TurboJpegNative.tjTransform(handle, jpeg.Pointer, new CULong(jpeg.Length), 1, &output, &size, &transform, LimitScans);
        try
        {
            TurboJpegException.ThrowIf(result, handle);
        }
        catch
        {
            TurboJpegNative.tjFree(output);
            throw;
        }
        return NativeBytes.OfTurboJpeg((nint)output, size.Value);
    }
}
