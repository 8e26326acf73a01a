using Revela.Imaging.Operations;

namespace Revela.Imaging.Cutout.Classic;

/// <summary>
/// Finds a subject before a smooth backdrop: what differs from the backdrop's surface by more than its noise, and is no shadow on it.
/// A shadow has the backdrop's colour, is darker, and begins without an edge.
/// </summary>
sealed class BackdropSearch(RgbPicture picture, RunContext context)
{
    // The surface is fitted at this size, and the subject searched at the other.
    const int FitSide = 320;
    const int SearchSide = 1400;

    // What a difference must be, in standard deviations of the noise and in levels.
    const double Deviations = 4;
    const double LeastDifference = 9;

    // The same of an edge that no shadow makes: the sum over the channels between two neighbours. Noise alone makes 3.4 deviations.
    const double LeastEdge = 21;
    const double EdgeDeviations = 9;

    // Parts smaller than this share of the largest are specks.
    const double Speck = 0.004;

    const byte Background = 0, Subject = 1, Shade = 2;

    /// <summary>Four planes and a few maps at the size of the search, and the mask at the picture's.</summary>
    public static long ExtraBytes(int width, int height) => (long)width * height + (long)SearchSide * SearchSide * 48;

    public (Mask Mask, double Confidence) Run()
    {
        var backdrop = FitBackdrop(Planes.Of(picture, FitSide));
        var planes = Planes.Of(picture, SearchSide);
        context.Cancel.ThrowIfCancellationRequested();
        context.Report(0.3);
        var labels = Label(planes, backdrop);
        SpreadBackground(labels, planes, (float)Math.Max(LeastEdge, EdgeDeviations * backdrop.Noise));
        context.Cancel.ThrowIfCancellationRequested();
        context.Report(0.7);
        var mask = new Mask(planes.Width, planes.Height);
        for (var i = 0; i < labels.Length; i++) mask.Values[i] = labels[i] == Background ? (byte)0 : (byte)255;
        Parts.KeepLargeOnes(mask, Speck);
        return (Masks.Enlarge(mask, picture.Width, picture.Height), Confidence(mask, backdrop));
    }

    // First by the border alone, then by all that looks like it, so that the middle of a gradient is known as well.
    static Backdrop FitBackdrop(Planes small)
    {
        var backdrop = Backdrop.FitBorder(small);
        var border = backdrop.Explained;
        for (var round = 0; round < 2; round++)
        {
            var like = Enumerable.Range(0, small.Count).Where(i => Difference(small, i, backdrop) < 3.5 * backdrop.Noise).ToArray();
            if (like.Length < small.Count / 20) break;
            backdrop = Backdrop.FitPixels(small, like, degree: 3);
        }
        backdrop.BorderExplained = border;
        return backdrop;
    }

    static double Difference(Planes planes, int at, Backdrop backdrop)
    {
        var (r, g, b) = backdrop.At(planes, at);
        double dr = planes.Red[at] - r, dg = planes.Green[at] - g, db = planes.Blue[at] - b;
        return Math.Sqrt(dr * dr + dg * dg + db * db);
    }

    static byte[] Label(Planes planes, Backdrop backdrop)
    {
        var labels = new byte[planes.Count];
        var least = Math.Max(LeastDifference, Deviations * backdrop.Noise);
        Parallel.For(0, planes.Height, y =>
        {
            for (var at = y * planes.Width; at < (y + 1) * planes.Width; at++) labels[at] = LabelOf(planes, at, backdrop.At(planes, at), least);
        });
        return labels;
    }

    static byte LabelOf(Planes planes, int at, (float Red, float Green, float Blue) behind, double least)
    {
        var (r, g, b) = (planes.Red[at], planes.Green[at], planes.Blue[at]);
        double dr = r - behind.Red, dg = g - behind.Green, db = b - behind.Blue;
        if (dr * dr + dg * dg + db * db < least * least) return Background;
        var share = (r * behind.Red + g * behind.Green + b * behind.Blue) / (behind.Red * behind.Red + behind.Green * behind.Green + behind.Blue * behind.Blue + 1e-3);
        double er = r - share * behind.Red, eg = g - share * behind.Green, eb = b - share * behind.Blue;
        return share is > 0.3f and < 1 && er * er + eg * eg + eb * eb < least * least ? Shade : Subject;
    }

    // Shade that the background reaches without crossing an edge is shadow.
    static void SpreadBackground(byte[] labels, Planes planes, float edge)
    {
        var (width, height) = (planes.Width, planes.Height);
        var queue = new Queue<int>();
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] == Background) queue.Enqueue(i);
        while (queue.TryDequeue(out var at))
        {
            int x = at % width, y = at / width;
            if (x > 0) Visit(at, at - 1);
            if (x < width - 1) Visit(at, at + 1);
            if (y > 0) Visit(at, at - width);
            if (y < height - 1) Visit(at, at + width);
        }

        void Visit(int from, int to)
        {
            if (labels[to] != Shade) return;
            if (Math.Abs(planes.Red[from] - planes.Red[to]) + Math.Abs(planes.Green[from] - planes.Green[to]) + Math.Abs(planes.Blue[from] - planes.Blue[to]) > edge) return;
            labels[to] = Background;
            queue.Enqueue(to);
        }
    }

    // A border that the surface does not explain is no backdrop; a subject that is nearly nothing or nearly all is none.
    static double Confidence(Mask mask, Backdrop backdrop)
    {
        var share = mask.Share();
        var plain = Math.Clamp((backdrop.BorderExplained - 0.65) / 0.25, 0, 1) * Math.Clamp((16 - backdrop.Noise) / 8, 0, 1);
        var size = Math.Clamp(share / 0.002, 0, 1) * Math.Clamp((0.95 - share) / 0.1, 0, 1);
        return plain * size;
    }
}
