using Revela.Imaging.Cutout;

namespace Revela.Imaging.Matting;

/// <summary>What is known of each pixel before matting: background 0, subject 255, unknown 128.</summary>
public sealed class Trimap
{
    public const byte Background = 0, Unknown = 128, Subject = 255;

    public Trimap(int width, int height, byte[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, checked(width * height));
        (Width, Height, Values) = (width, height, values);
    }

    public int Width { get; }
    public int Height { get; }
    public byte[] Values { get; }

    public bool HasBoth => Values.AsSpan().Contains(Subject) && Values.AsSpan().Contains(Background);

    /// <summary>
    /// As rembg makes it: subject where the mask is above one threshold, background where it is below the other, and both eaten away by a square
    /// of <paramref name="erode"/> pixels (by a cross of three when that is 0). Beyond the picture counts as no subject, but as background.
    /// </summary>
    public static Trimap Of(Mask mask, int foregroundThreshold, int backgroundThreshold, int erode)
    {
        var subject = Array.ConvertAll(mask.Values, value => value > foregroundThreshold);
        var background = Array.ConvertAll(mask.Values, value => value < backgroundThreshold);
        subject = Erosion.Erode(subject, mask.Width, mask.Height, erode, beyond: false);
        background = Erosion.Erode(background, mask.Width, mask.Height, erode, beyond: true);
        var values = new byte[subject.Length];
        for (var i = 0; i < values.Length; i++) values[i] = subject[i] ? Subject : background[i] ? Background : Unknown;
        return new Trimap(mask.Width, mask.Height, values);
    }

    /// <summary>Unknown pixels of each row, as a band wants them.</summary>
    internal Interval[][] UnknownRows()
    {
        var rows = new Interval[Height][];
        for (var y = 0; y < Height; y++) rows[y] = UnknownIn(Values.AsSpan(y * Width, Width));
        return rows;
    }

    static Interval[] UnknownIn(ReadOnlySpan<byte> row)
    {
        var found = new List<Interval>();
        for (var x = 0; x < row.Length;)
        {
            var first = row[x..].IndexOf(Unknown);
            if (first < 0) break;
            var length = row[(x + first)..].IndexOfAnyExcept(Unknown);
            var end = length < 0 ? row.Length : x + first + length;
            found.Add(new Interval(x + first, end));
            x = end;
        }
        return [.. found];
    }
}
