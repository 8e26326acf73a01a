using Revela.Imaging.Models;
using Revela.Imaging.Native.Onnx;
using Revela.Imaging.Operations.Resampling;

namespace Revela.Imaging.Cutout.Networks;

/// <summary>
/// What happens to a picture before and after a network that finds subjects, as in rembg's sessions, in single precision from end to end
/// (rembg rounds to bytes in between).
/// </summary>
public static class MaskChain
{
    /// <summary>The darkest picture that colours are divided by the greatest of.</summary>
    const float Darkest = 1e-6f;

    /// <summary>A map that differs less than this between any two places shows nothing.</summary>
    const float Flat = 1e-6f;

    /// <summary>
    /// Stretched to the network's square by Lanczos, divided by the greatest number of all, less the mean, over the deviation.
    /// </summary>
    /// <returns>Three planes: red, green, blue.</returns>
    public static float[] Prepare(RgbPicture picture, MaskModel model)
    {
        var side = model.Side;
        using var rows = new RowResampling(picture.Width, picture.Height, side, side, calm: false, (y, row) => Read(picture, y, row));
        var (planes, line, greatest) = (new float[3 * side * side], new float[side * 4], 0f);
        for (var y = 0; y < side; y++)
        {
            rows.Row(y, line);
            for (var x = 0; x < side; x++)
                for (var band = 0; band < 3; band++)
                {
                    var number = Math.Clamp(line[x * 4 + band], 0, 255);
                    greatest = Math.Max(greatest, number);
                    planes[(band * side + y) * side + x] = number;
                }
        }
        Normalise(planes, Math.Max(greatest, Darkest), model);
        return planes;
    }

    /// <summary>The network's first channel (or its classes) as shares of subject.</summary>
    /// <param name="output">[1, channels, height, width], or without the channels where there is one.</param>
    /// <returns>0–1; all 0 where the network sees no difference between any two places.</returns>
    /// <exception cref="ArgumentException">It has another shape.</exception>
    public static (float[] Map, int Height, int Width) Read(OnnxTensor output, MaskReading reading)
    {
        var (channels, height, width) = output.Shape switch
        {
            [1, var c, var h, var w] => ((int)c, (int)h, (int)w),
            [1, var h, var w] => (1, (int)h, (int)w),
            _ => (0, 0, 0),
        };
        if (channels < (reading == MaskReading.Classes ? 2 : 1) || height < 1 || width < 1) throw new ArgumentException("no map of shares", nameof(output));
        var map = reading == MaskReading.Classes ? Classified(output.Values, channels, height * width) : output.Values[..(height * width)];
        if (reading == MaskReading.LogisticStretched)
            for (var i = 0; i < map.Length; i++) map[i] = 1 / (1 + MathF.Exp(-map[i]));
        if (reading != MaskReading.Classes) Stretch(map);
        return (map, height, width);
    }

    /// <summary>The map at another size, by Lanczos, clipped to 0–1; handed out row by row from the top.</summary>
    public static void Spread(float[] map, int mapHeight, int mapWidth, int height, int width, Action<int, float[]> take)
    {
        using var rows = new RowResampling(mapWidth, mapHeight, width, height, calm: false, (y, row) =>
        {
            for (var x = 0; x < mapWidth; x++) row[x * 4] = map[y * mapWidth + x];
        });
        var (line, shares) = (new float[width * 4], new float[width]);
        for (var y = 0; y < height; y++)
        {
            rows.Row(y, line);
            for (var x = 0; x < width; x++) shares[x] = Math.Clamp(line[x * 4], 0, 1);
            take(y, shares);
        }
    }

    static void Read(RgbPicture picture, int y, Span<float> row)
    {
        var pixels = picture.Row(y);
        for (int from = 0, to = 0; from < pixels.Length; from += 3, to += 4) (row[to], row[to + 1], row[to + 2]) = (pixels[from], pixels[from + 1], pixels[from + 2]);
    }

    static void Normalise(float[] planes, float greatest, MaskModel model)
    {
        float[] means = [model.Mean.Red, model.Mean.Green, model.Mean.Blue], deviations = [model.Deviation.Red, model.Deviation.Green, model.Deviation.Blue];
        var plane = planes.Length / 3;
        for (var i = 0; i < planes.Length; i++) planes[i] = (planes[i] / greatest - means[i / plane]) / deviations[i / plane];
    }

    static float[] Classified(float[] values, int channels, int pixels)
    {
        var map = new float[pixels];
        for (var i = 0; i < pixels; i++)
            for (var channel = 1; channel < channels; channel++)
                if (values[channel * pixels + i] > values[i]) map[i] = 1;
        return map;
    }

    static void Stretch(float[] map)
    {
        var (least, greatest) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var number in map) (least, greatest) = (Math.Min(least, number), Math.Max(greatest, number));
        // Numbers that are none compare as nothing: such a map shows nothing either.
        if (!(greatest - least > Flat) || float.IsInfinity(greatest - least)) Array.Clear(map);
        else
            for (var i = 0; i < map.Length; i++) map[i] = (map[i] - least) / (greatest - least);
    }
}
