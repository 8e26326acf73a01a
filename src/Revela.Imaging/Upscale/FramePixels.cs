using Revela.Imaging.Native.TurboJpeg;
using Revela.Imaging.Native.Vips;

namespace Revela.Imaging.Upscale;

/// <summary>Pixels of one frame in memory, of 8 or 16 bits, grey or colour, with or without alpha, read and written as four numbers from 0 to 1.</summary>
sealed unsafe class FramePixels
{
    readonly byte* pixels;
    readonly int colours;

    FramePixels(nint pixels, int width, int height, int bands, bool isDeep, bool hasAlpha)
    {
        this.pixels = (byte*)pixels;
        (Width, Height, Bands, IsDeep, HasAlpha) = (width, height, bands, isDeep, hasAlpha);
        colours = bands - (hasAlpha ? 1 : 0);
    }

    /// <param name="frame">Computed: <see cref="VipsImage.ToMemory"/>.</param>
    public static FramePixels Of(VipsImage frame) =>
        new(frame.Memory, frame.Width, frame.Height, frame.Bands, frame.Format == VipsFormat.UShort, frame.HasAlpha);

    /// <summary>Room for a result of another size and the same kind.</summary>
    public FramePixels Like(NativeBytes room, int width, int height) => new(room.Address, width, height, Bands, IsDeep, HasAlpha);

    public int Width { get; }
    public int Height { get; }
    public int Bands { get; }
    public bool IsDeep { get; }
    public bool HasAlpha { get; }

    public long Bytes(int width, int height) => (long)width * height * Bands * (IsDeep ? 2 : 1);

    /// <summary>Red, green, blue as light weighed by alpha, and alpha; grey stands in all three.</summary>
    public void ReadWeighedLight(int y, Span<float> row)
    {
        var light = IsDeep ? LinearLight.From16 : LinearLight.From8;
        for (int x = 0, at = 0; x < Width; x++, at += 4)
        {
            var alpha = Alpha(x, y);
            for (var band = 0; band < 3; band++) row[at + band] = light[Number(x, y, band)] * alpha;
            row[at + 3] = alpha;
        }
    }

    public void WriteWeighedLight(int y, ReadOnlySpan<float> row)
    {
        for (int x = 0, at = 0; x < Width; x++, at += 4)
        {
            var alpha = HasAlpha ? Math.Clamp(row[at + 3], 0, 1) : 1;
            var weight = alpha > 0 ? 1 / alpha : 0;
            for (var band = 0; band < colours; band++)
            {
                var light = row[at + band] * weight;
                Set(x, y, band, IsDeep ? LinearLight.ToWord(light) : LinearLight.ToByte(light));
            }
            if (HasAlpha) Set(x, y, colours, Whole(alpha));
        }
    }

    /// <summary>Alpha alone, in the first of four numbers.</summary>
    public void ReadAlpha(int y, Span<float> row)
    {
        for (var x = 0; x < Width; x++) row[x * 4] = Alpha(x, y);
    }

    /// <param name="colour">Red, green, blue as sRGB's numbers; a grey frame takes their BT.601 luma.</param>
    /// <param name="alpha">In the first of four numbers; not looked at where there is none.</param>
    public void Write(int y, ReadOnlySpan<float> colour, ReadOnlySpan<float> alpha)
    {
        for (int x = 0, at = 0; x < Width; x++, at += 4)
        {
            if (colours == 1) Set(x, y, 0, Whole(0.299f * colour[at] + 0.587f * colour[at + 1] + 0.114f * colour[at + 2]));
            else
                for (var band = 0; band < 3; band++) Set(x, y, band, Whole(colour[at + band]));
            if (HasAlpha) Set(x, y, colours, Whole(alpha[at]));
        }
    }

    /// <summary>One colour of one pixel, 0–1 as sRGB has it.</summary>
    public float Colour(int x, int y, int band) => Number(x, y, band) * (IsDeep ? 1 / 65535f : 1 / 255f);

    float Alpha(int x, int y) => HasAlpha ? Value(x, y, colours) * (IsDeep ? 1 / 65535f : 1 / 255f) : 1;

    int Number(int x, int y, int band) => Value(x, y, Math.Min(band, colours - 1));

    int Value(int x, int y, int band)
    {
        var at = ((long)y * Width + x) * Bands + band;
        return IsDeep ? ((ushort*)pixels)[at] : pixels[at];
    }

    void Set(int x, int y, int band, int value)
    {
        var at = ((long)y * Width + x) * Bands + band;
        if (IsDeep) ((ushort*)pixels)[at] = (ushort)value;
        else pixels[at] = (byte)value;
    }

    int Whole(float share) => (int)(Math.Clamp(share, 0, 1) * (IsDeep ? 65535 : 255) + 0.5f);
}
