namespace Revela.Imaging.Cutout;

/// <summary>Masks made from masks.</summary>
static class Masks
{
    /// <summary>To another size, by means of the four nearest (bilinear).</summary>
    public static Mask Enlarge(Mask mask, int width, int height)
    {
        if (mask.Width == width && mask.Height == height) return mask;
        var large = new Mask(width, height);
        Parallel.For(0, height, y =>
        {
            var (top, bottom, down) = Between(y, height, mask.Height);
            for (var x = 0; x < width; x++)
            {
                var (left, right, across) = Between(x, width, mask.Width);
                var above = mask.Values[top * mask.Width + left] * (1 - across) + mask.Values[top * mask.Width + right] * across;
                var below = mask.Values[bottom * mask.Width + left] * (1 - across) + mask.Values[bottom * mask.Width + right] * across;
                large.Values[y * width + x] = (byte)(above * (1 - down) + below * down + 0.5f);
            }
        });
        return large;
    }

    /// <summary>The two small pixels whose centres a large one lies between, and how far it is from the first to the second.</summary>
    public static (int First, int Second, float Share) Between(int at, int larges, int smalls)
    {
        var place = Math.Clamp((at + 0.5f) * smalls / larges - 0.5f, 0, smalls - 1);
        var first = (int)place;
        return (first, Math.Min(first + 1, smalls - 1), place - first);
    }
}
