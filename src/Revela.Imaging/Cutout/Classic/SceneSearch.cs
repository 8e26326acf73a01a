using Revela.Imaging.Operations;

namespace Revela.Imaging.Cutout.Classic;

/// <summary>
/// Finds the subject of a natural scene: what stands out from the border's surroundings makes first guesses, each is refined by colour and edges,
/// and only where they agree is the result sure.
/// </summary>
sealed class SceneSearch(RgbPicture picture, RunContext context)
{
    const int Side = 280;
    const int Rounds = 5;

    static readonly float[] Levels = [0, 0.5f, 1];

    // A score that needs no other level beside it.
    const double Certain = 1;

    // How far saliency and the middle of the picture may speak beside colour, in nats.
    const float SaliencyVoice = 5, MiddleVoice = 1.5f;

    // Where subject and surroundings share so much of their colours along the outline, right and wrong are equally likely.
    const double EvenOverlap = 0.7;

    public static long ExtraBytes => 64L << 20;

    public (Mask Mask, double Confidence) Run()
    {
        var planes = Planes.Of(picture, Side);
        var lab = Lab.Of(planes);
        var saliency = Saliency.Of(lab);
        (Mask Mask, double Score) best = (new Mask(planes.Width, planes.Height), 0);
        for (var i = 0; i < Levels.Length && best.Score < Certain; i++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            context.Report(0.1 + 0.9 * i / Levels.Length);
            var trial = Try(planes, lab, saliency, Levels[i]);
            if (trial.Score > best.Score) best = trial;
        }
        return (Masks.Enlarge(best.Mask, picture.Width, picture.Height), Math.Min(1, best.Score));
    }

    // What stands out may be the subject with what it stands on: the level tells how much must stand out, from what parts the saliency in two
    // to what parts its upper half.
    (Mask Mask, double Score) Try(Planes planes, Planes lab, float[] saliency, float level)
    {
        var low = Otsu(saliency);
        var middle = low + level * (Otsu([.. saliency.Where(s => s > low)]) - low);
        var cut = new GrabCut(planes, Prior(planes, saliency, middle));
        var trials = Guesses(planes, saliency, middle).Select(guess => cut.Run(guess, Rounds, context.Cancel)).ToArray();
        var mask = Vote(planes, trials);
        Parts.KeepLargeOnes(mask, 0.12);
        Parts.FillHoles(mask, 0.003);
        return (mask, Score(lab, trials, mask));
    }

    static float[] Prior(Planes planes, float[] saliency, float middle)
    {
        var prior = new float[planes.Count];
        for (var i = 0; i < prior.Length; i++)
        {
            double x = (i % planes.Width + 0.5) / planes.Width - 0.5, y = (i / planes.Width + 0.5) / planes.Height - 0.5;
            var centre = Math.Exp(-(x * x + y * y) / (2 * 0.25 * 0.25));
            prior[i] = SaliencyVoice * Math.Clamp(2 * (saliency[i] - middle), -1, 1) + MiddleVoice * (float)(2 * centre - 1);
        }
        return prior;
    }

    static IEnumerable<bool[]> Guesses(Planes planes, float[] saliency, float middle)
    {
        yield return Array.ConvertAll(saliency, s => s > middle);
        yield return Array.ConvertAll(saliency, s => s > 0.6f * middle);
        yield return saliency.Select((s, i) => s * Central(planes, i) > 0.8f * middle).ToArray();
    }

    static float Central(Planes planes, int i)
    {
        double x = (i % planes.Width + 0.5) / planes.Width - 0.5, y = (i / planes.Width + 0.5) / planes.Height - 0.5;
        return (float)Math.Exp(-(x * x + y * y) / (2 * 0.3 * 0.3));
    }

    static Mask Vote(Planes planes, bool[][] trials)
    {
        var mask = new Mask(planes.Width, planes.Height);
        for (var i = 0; i < planes.Count; i++)
            if (2 * trials.Count(trial => trial[i]) > trials.Length) mask.Values[i] = 255;
        return mask;
    }

    // Guesses that end alike, and colours that are the subject's alone; beyond 1 all are sure.
    static double Score(Planes lab, bool[][] trials, Mask mask)
    {
        if (mask.Share() is < 0.005 or > 0.85) return 0;
        var alike = Math.Clamp((Agreement(trials) - 0.5) / 0.4, 0, 1);
        return alike * Math.Max(0, 0.5 + 2.5 * (EvenOverlap - ColourOverlap.Of(lab, mask)));
    }

    static double Agreement(bool[][] trials)
    {
        double sum = 0;
        var pairs = 0;
        for (var a = 0; a < trials.Length; a++)
            for (var b = a + 1; b < trials.Length; b++, pairs++) sum += Overlap(trials[a], trials[b]);
        return sum / pairs;
    }

    static double Overlap(bool[] a, bool[] b)
    {
        int both = 0, either = 0;
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] && b[i]) both++;
            if (a[i] || b[i]) either++;
        }
        return either == 0 ? 0 : (double)both / either;
    }

    // The threshold that parts the values best in two (Otsu 1979).
    static float Otsu(float[] values)
    {
        var histogram = new int[256];
        foreach (var value in values) histogram[(int)(Math.Clamp(value, 0, 1) * 255)]++;
        double total = values.Sum(v => (double)v * 255), below = 0, best = -1;
        var (count, threshold) = (0, 128);
        for (var t = 0; t < 256; t++)
        {
            count += histogram[t];
            below += (double)t * histogram[t];
            if (count == 0 || count == values.Length) continue;
            var difference = below / count - (total - below) / (values.Length - count);
            var between = difference * difference * count * (values.Length - count);
            if (between > best) (best, threshold) = (between, t);
        }
        return threshold / 255f;
    }
}
