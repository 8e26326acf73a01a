using Revela.Imaging.Native.TurboJpeg;

namespace Revela.Imaging.Cutout;

/// <summary>A smaller copy of a picture, in the same form, made of means over equal areas.</summary>
sealed unsafe class SmallPicture : IDisposable
{
    readonly NativeBytes bytes;

    SmallPicture(int width, int height) => (Width, Height, bytes) = (width, height, NativeBytes.Allocate((nuint)width * (nuint)height * 3));

    public int Width { get; }
    public int Height { get; }
    public byte* Pixels => (byte*)bytes.Address;
    public Span<byte> Span => new(Pixels, Width * Height * 3);

    public static SmallPicture Of(RgbPicture picture, int width, int height)
    {
        var small = new SmallPicture(width, height);
        Parallel.For(0, height, y =>
        {
            int top = Edge(y, height, picture.Height), bottom = Edge(y + 1, height, picture.Height);
            for (var x = 0; x < width; x++)
            {
                int left = Edge(x, width, picture.Width), right = Edge(x + 1, width, picture.Width), r = 0, g = 0, b = 0;
                for (var fromY = top; fromY < bottom; fromY++)
                {
                    var from = picture.Pixels + ((nint)fromY * picture.Width + left) * 3;
                    for (var fromX = left; fromX < right; fromX++, from += 3) (r, g, b) = (r + from[0], g + from[1], b + from[2]);
                }
                var to = small.At(x, y);
                var area = (bottom - top) * (right - left);
                (to[0], to[1], to[2]) = ((byte)((r + area / 2) / area), (byte)((g + area / 2) / area), (byte)((b + area / 2) / area));
            }
        });
        return small;
    }

    /// <summary>Colours a picture by this one where it is not opaque, and leaves its own elsewhere.</summary>
    public void Colour(RgbPicture whole, float[] alpha, byte* to) => Parallel.For(0, whole.Height, y =>
    {
        var (top, bottom, down) = Masks.Between(y, whole.Height, Height);
        for (var x = 0; x < whole.Width; x++)
        {
            var i = (nint)y * whole.Width + x;
            byte* own = whole.Pixels + i * 3, mixed = to + i * 3;
            var (left, right, across) = Masks.Between(x, whole.Width, Width);
            byte* a = At(left, top), b = At(right, top), c = At(left, bottom), d = At(right, bottom);
            for (var band = 0; band < 3; band++)
                mixed[band] = alpha[i] >= 254.5f / 255 ? own[band]
                    : (byte)((a[band] * (1 - across) + b[band] * across) * (1 - down) + (c[band] * (1 - across) + d[band] * across) * down + 0.5f);
        }
    });

    /// <summary>Means over equal areas.</summary>
    public static float[] Mean(float[] values, int width, int height, int toWidth, int toHeight)
    {
        var means = new float[toWidth * toHeight];
        Parallel.For(0, toHeight, y =>
        {
            int top = Edge(y, toHeight, height), bottom = Edge(y + 1, toHeight, height);
            for (var x = 0; x < toWidth; x++)
            {
                int left = Edge(x, toWidth, width), right = Edge(x + 1, toWidth, width);
                var sum = 0f;
                for (var fromY = top; fromY < bottom; fromY++)
                    for (var fromX = left; fromX < right; fromX++) sum += values[fromY * width + fromX];
                means[y * toWidth + x] = sum / ((bottom - top) * (right - left));
            }
        });
        return means;
    }

    /// <summary>To a larger size, by means of the four nearest (bilinear).</summary>
    public static float[] Enlarge(float[] values, int width, int height, int toWidth, int toHeight)
    {
        var large = new float[toWidth * toHeight];
        Parallel.For(0, toHeight, y =>
        {
            var (top, bottom, down) = Masks.Between(y, toHeight, height);
            for (var x = 0; x < toWidth; x++)
            {
                var (left, right, across) = Masks.Between(x, toWidth, width);
                var above = values[top * width + left] * (1 - across) + values[top * width + right] * across;
                var below = values[bottom * width + left] * (1 - across) + values[bottom * width + right] * across;
                large[y * toWidth + x] = above * (1 - down) + below * down;
            }
        });
        return large;
    }

    public void Dispose() => bytes.Dispose();

    byte* At(int x, int y) => Pixels + ((nint)y * Width + x) * 3;

    // Where a small pixel begins in the large picture.
    static int Edge(int small, int smalls, int larges) => (int)((long)small * larges / smalls);
}
