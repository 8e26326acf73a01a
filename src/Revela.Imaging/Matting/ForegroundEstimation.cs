using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Revela.Imaging.Matting;

/// <summary>
/// The subject's own colours where it is partly transparent: fast multi-level foreground estimation (Germer, Uelwer, Conrad and Harmeling, ICPR 2020,
/// arXiv 2006.14970, equations 4 to 8). From a single pixel up to the whole picture, the colours of the level before are the first guess of the next.
/// </summary>
public static unsafe class ForegroundEstimation
{
    const float Regularisation = 1e-5f;

    // Levels up to this size get more rounds: they cost nothing and reach far.
    const int Small = 32;
    const int SmallRounds = 10, Rounds = 2;

    // Two rows at a time would be too little work to share out.
    const int ShareRows = 16;

    /// <summary>Bytes held at the peak for each pixel: subject and background as four numbers each, and those of the level before.</summary>
    public const int BytesPerPixel = 2 * 16 * 5 / 4;

    /// <param name="pixels">sRGB, 3 bytes a pixel.</param>
    /// <param name="alpha">0–1, one for each pixel.</param>
    /// <param name="colours">Takes the subject's colours, 3 bytes a pixel; those of the picture itself where it is opaque. May be <paramref name="pixels"/>.</param>
    /// <param name="report">Takes the share that is done, 0–1.</param>
    public static void Estimate(ReadOnlySpan<byte> pixels, float[] alpha, int width, int height, Span<byte> colours, Action<double> report, CancellationToken cancel)
    {
        fixed (byte* from = pixels, to = colours) Estimate(from, alpha, width, height, to, report, cancel);
    }

    static void Estimate(byte* pixels, float[] alpha, int width, int height, byte* colours, Action<double> report, CancellationToken cancel)
    {
        var levels = Math.Max(1, (int)Math.Ceiling(Math.Log2(Math.Max(width, height))));
        var level = Level.Coarsest(pixels, alpha, width, height);
        try
        {
            for (var i = 0; i <= levels; i++)
            {
                var (w, h) = ((int)Math.Round(Math.Pow(width, (double)i / levels)), (int)Math.Round(Math.Pow(height, (double)i / levels)));
                var next = new Level(w, h, pixels, alpha, width, height);
                next.Enlarge(level);
                level.Dispose();
                level = next;
                for (var round = 0; round < (w <= Small && h <= Small ? SmallRounds : Rounds); round++)
                {
                    cancel.ThrowIfCancellationRequested();
                    level.Refine();
                }
                report(Math.Pow(0.25, levels - i));
            }
            level.Write(colours);
        }
        finally
        {
            level.Dispose();
        }
    }

    /// <summary>The picture at one size, with the colours found so far.</summary>
    sealed class Level(int width, int height, byte* pixels, float[] alpha, int wholeWidth, int wholeHeight) : IDisposable
    {
        readonly Colours subject = new(width * height), background = new(width * height);
        readonly int[] columns = Nearest(width, wholeWidth), rows = Nearest(height, wholeHeight);

        // One pixel: the means of what is surely subject and surely background.
        public static Level Coarsest(byte* pixels, float[] alpha, int width, int height)
        {
            var level = new Level(1, 1, pixels, alpha, width, height);
            Vector128<float> inside = default, outside = default;
            float insides = 1e-5f, outsides = 1e-5f;
            for (var i = 0; i < alpha.Length; i++)
            {
                if (alpha[i] > 0.9f) (inside, insides) = (inside + Colour(pixels + (nint)i * 3), insides + 1);
                else if (alpha[i] < 0.1f) (outside, outsides) = (outside + Colour(pixels + (nint)i * 3), outsides + 1);
            }
            level.subject.At[0] = inside / insides;
            level.background.At[0] = outside / outsides;
            return level;
        }

        public void Enlarge(Level from)
        {
            int[] xs = Nearest(width, from.Width), ys = Nearest(height, from.Height);
            Shares(y =>
            {
                for (var x = 0; x < width; x++)
                {
                    var place = ys[y] * from.Width + xs[x];
                    subject.At[y * width + x] = from.subject.At[place];
                    background.At[y * width + x] = from.background.At[place];
                }
            }, 0, 1);
        }

        /// <summary>One round in place: even rows, then odd ones, so that it comes out alike on any number of processors.</summary>
        public void Refine()
        {
            Shares(RefineRow, 0, 2);
            Shares(RefineRow, 1, 2);
        }

        public void Write(byte* colours) => Shares(y =>
        {
            for (var i = y * width; i < (y + 1) * width; i++)
            {
                byte* from = pixels + (nint)i * 3, to = colours + (nint)i * 3;
                var colour = alpha[i] >= 254.5f / 255 ? Colour(from) : subject.At[i];
                var levels = Vector128.ConvertToInt32(colour * 255 + Vector128.Create(0.5f));
                (to[0], to[1], to[2]) = ((byte)levels[0], (byte)levels[1], (byte)levels[2]);
            }
        }, 0, 1);

        public void Dispose()
        {
            subject.Dispose();
            background.Dispose();
        }

        int Width => width;
        int Height => height;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void RefineRow(int y)
        {
            int up = Math.Max(0, y - 1) * width, here = y * width, down = Math.Min(height - 1, y + 1) * width;
            for (var x = 0; x < width; x++)
            {
                var a = Alpha(x, y);
                int left = Math.Max(0, x - 1), right = Math.Min(width - 1, x + 1);
                Vector128<float> f = default, b = default;
                var weights = 0f;
                Lean(a, Alpha(left, y), here + left, ref f, ref b, ref weights);
                Lean(a, Alpha(right, y), here + right, ref f, ref b, ref weights);
                Lean(a, Alpha(x, Math.Max(0, y - 1)), up + x, ref f, ref b, ref weights);
                Lean(a, Alpha(x, Math.Min(height - 1, y + 1)), down + x, ref f, ref b, ref weights);
                Solve(a, Colour(pixels + ((nint)rows[y] * wholeWidth + columns[x]) * 3), f, b, weights, here + x);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        float Alpha(int x, int y) => alpha[rows[y] * wholeWidth + columns[x]];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Lean(float a, float other, int place, ref Vector128<float> f, ref Vector128<float> b, ref float weights)
        {
            var weight = Regularisation + Math.Abs(a - other);
            f += subject.At[place] * weight;
            b += background.At[place] * weight;
            weights += weight;
        }

        // The two colours that best mix to the pixel's and are like their neighbours: a system of two by two.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Solve(float a, Vector128<float> colour, Vector128<float> f, Vector128<float> b, float weights, int place)
        {
            float rest = 1 - a, ff = a * a + weights, fb = a * rest, bb = rest * rest + weights;
            var scale = 1 / (ff * bb - fb * fb);
            f += colour * a;
            b += colour * rest;
            subject.At[place] = Vector128.Min(Vector128.Max((f * bb - b * fb) * scale, default), Vector128<float>.One);
            background.At[place] = Vector128.Min(Vector128.Max((b * ff - f * fb) * scale, default), Vector128<float>.One);
        }

        void Shares(Action<int> row, int first, int step)
        {
            var count = (height - first + step - 1) / step;
            Work.Share((count + ShareRows - 1) / ShareRows, share =>
            {
                for (var i = share * ShareRows; i < Math.Min(count, (share + 1) * ShareRows); i++) row(first + i * step);
            });
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector128<float> Colour(byte* at) => Vector128.Create((float)at[0], at[1], at[2], 0) * (1 / 255f);

        static int[] Nearest(int count, int from) => [.. Enumerable.Range(0, count).Select(i => (int)((long)i * from / count))];
    }
}
