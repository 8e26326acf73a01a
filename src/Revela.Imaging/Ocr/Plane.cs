namespace Revela.Imaging.Ocr;

/// <summary>One band of 8 bits in rows without padding.</summary>
sealed class Plane(int width, int height, byte[] pixels)
{
    public int Width => width;
    public int Height => height;
    public byte[] Pixels => pixels;

    /// <summary>Light becomes dark.</summary>
    public Plane Inverted()
    {
        var inverted = new byte[pixels.Length];
        for (var i = 0; i < inverted.Length; i++) inverted[i] = (byte)(255 - pixels[i]);
        return new Plane(width, height, inverted);
    }

    /// <summary>Half as wide and high, each pixel the mean of four; an odd last row or column is left off.</summary>
    public Plane Halved()
    {
        int w = width / 2, h = height / 2;
        var half = new byte[w * h];
        for (var y = 0; y < h; y++)
        {
            var upper = pixels.AsSpan(2 * y * width, width);
            var lower = pixels.AsSpan((2 * y + 1) * width, width);
            var row = half.AsSpan(y * w, w);
            for (var x = 0; x < w; x++) row[x] = (byte)((upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1] + 2) >> 2);
        }
        return new Plane(w, h, half);
    }

    /// <summary>Bilinear, with the edge repeated outside; pixel centres lie at whole numbers.</summary>
    public float Sample(float x, float y)
    {
        x = Math.Clamp(x, 0, width - 1);
        y = Math.Clamp(y, 0, height - 1);
        int left = (int)x, top = (int)y;
        int right = Math.Min(left + 1, width - 1), bottom = Math.Min(top + 1, height - 1);
        float fx = x - left, fy = y - top;
        var above = pixels[top * width + left] * (1 - fx) + pixels[top * width + right] * fx;
        var below = pixels[bottom * width + left] * (1 - fx) + pixels[bottom * width + right] * fx;
        return above * (1 - fy) + below * fy;
    }
}
