namespace Revela.Imaging.Cutout.Classic;

/// <summary>
/// How much of their colours subject and background share where they meet: Bhattacharyya's coefficient of their histograms along the outline, 0 for
/// none and 1 for all.
/// </summary>
static class ColourOverlap
{
    // Width of what is looked at on either side of the outline, as a share of the diagonal.
    const double Ring = 0.06;

    // Sides of a cell in L*, a* and b*.
    const float Light = 10, Hue = 8;

    public static double Of(Planes lab, Mask mask)
    {
        var (inside, outside) = (new Dictionary<int, double>(), new Dictionary<int, double>());
        double insides = 0, outsides = 0;
        var near = Near(mask, (int)(Ring * Math.Sqrt((double)lab.Width * lab.Width + (double)lab.Height * lab.Height)));
        for (var i = 0; i < lab.Count; i++)
        {
            if (!near[i]) continue;
            var isInside = mask.Values[i] > 127;
            Spread(isInside ? inside : outside, lab.Red[i] / Light, (lab.Green[i] + 130) / Hue, (lab.Blue[i] + 130) / Hue);
            if (isInside) insides++;
            else outsides++;
        }
        return insides * outsides == 0 ? 1 : inside.Sum(cell => Math.Sqrt(cell.Value / insides * outside.GetValueOrDefault(cell.Key) / outsides));
    }

    // Pixels within so many steps of one on the other side.
    static bool[] Near(Mask mask, int reach)
    {
        var steps = new int[mask.Values.Length];
        var queue = new Queue<int>();
        for (var i = 0; i < steps.Length; i++)
            foreach (var next in Beside(mask, i))
                if (steps[i] == 0 && mask.Values[i] > 127 != mask.Values[next] > 127)
                {
                    steps[i] = 1;
                    queue.Enqueue(i);
                }
        while (queue.TryDequeue(out var at))
            foreach (var next in Beside(mask, at))
                if (steps[at] < reach && steps[next] == 0)
                {
                    steps[next] = steps[at] + 1;
                    queue.Enqueue(next);
                }
        return Array.ConvertAll(steps, step => step > 0);
    }

    static IEnumerable<int> Beside(Mask mask, int at)
    {
        int x = at % mask.Width, y = at / mask.Width;
        if (x > 0) yield return at - 1;
        if (x < mask.Width - 1) yield return at + 1;
        if (y > 0) yield return at - mask.Width;
        if (y < mask.Height - 1) yield return at + mask.Width;
    }

    // Over the eight cells around the colour, so that none falls over an edge.
    static void Spread(Dictionary<int, double> histogram, float l, float a, float b)
    {
        int l0 = (int)l, a0 = (int)a, b0 = (int)b;
        for (var corner = 0; corner < 8; corner++)
        {
            int dl = corner & 1, da = corner >> 1 & 1, db = corner >> 2;
            double weight = Share(l - l0, dl) * Share(a - a0, da) * Share(b - b0, db);
            var cell = ((l0 + dl) * 64 + a0 + da) * 64 + b0 + db;
            histogram[cell] = histogram.GetValueOrDefault(cell) + weight;
        }
    }

    static double Share(float past, int next) => next == 1 ? past : 1 - past;
}
