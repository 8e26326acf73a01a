namespace Revela.Imaging.Cutout.Classic;

/// <summary>
/// Parts subject from background by what their colours are like and where the picture has edges, from a first guess: GrabCut (Rother, Kolmogorov
/// and Blake, SIGGRAPH 2004), with a prior for each pixel in the place of the drawn rectangle.
/// </summary>
sealed class GrabCut
{
    // Cost of parting two like pixels, in nats.
    const double Tie = 40;

    // A colour may vote by so much at the most: no single pixel is worth a hole.
    const double LoudestColour = 12;

    readonly Planes planes;
    readonly float[] prior;
    readonly float[][] ties;

    /// <param name="prior">By pixel, how much likelier subject than background is, in nats.</param>
    public GrabCut(Planes planes, float[] prior)
    {
        (this.planes, this.prior) = (planes, prior);
        ties = Ties();
    }

    /// <returns>The subject after some rounds of fitting and cutting; empty when nothing or all of the guess is subject.</returns>
    public bool[] Run(bool[] guess, int rounds, CancellationToken cancel)
    {
        var subject = guess;
        ColourMixture? front = null, back = null;
        for (var round = 0; round < rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            var (inside, outside) = Split(subject);
            if (inside.Count < 50 || outside.Count < 50) return new bool[guess.Length];
            if (front is null) front = ColourMixture.Of(planes, inside);
            else front.Refit(planes, inside);
            if (back is null) back = ColourMixture.Of(planes, outside);
            else back.Refit(planes, outside);
            var next = Cut(front, back);
            var changed = next.Where((s, i) => s != subject[i]).Count();
            subject = next;
            if (changed < guess.Length / 2000) break;
        }
        return subject;
    }

    static (List<int> Inside, List<int> Outside) Split(bool[] subject)
    {
        var (inside, outside) = (new List<int>(), new List<int>());
        for (var i = 0; i < subject.Length; i++) (subject[i] ? inside : outside).Add(i);
        return (inside, outside);
    }

    bool[] Cut(ColourMixture front, ColourMixture back)
    {
        var terminal = new float[planes.Count];
        Parallel.For(0, planes.Height, y =>
        {
            for (var i = y * planes.Width; i < (y + 1) * planes.Width; i++)
            {
                var likelier = front.LogDensity(planes.Red[i], planes.Green[i], planes.Blue[i]) - back.LogDensity(planes.Red[i], planes.Green[i], planes.Blue[i]);
                terminal[i] = (float)Math.Clamp(likelier, -LoudestColour, LoudestColour) + prior[i];
            }
        });
        return new GridCut(planes.Width, planes.Height, terminal, Array.ConvertAll(ties, tie => (float[])tie.Clone())).Run();
    }

    // Neighbours are tied the stronger the more alike they are, reckoned by the picture's own mean difference.
    float[][] Ties()
    {
        double sum = 0, pairs = 0;
        Each((way, i, j) =>
        {
            sum += Difference(i, j);
            pairs++;
        });
        var beta = 1 / (2 * sum / Math.Max(1, pairs) + 1e-6);
        var made = Array.ConvertAll(GridCut.Ways, _ => new float[planes.Count]);
        Each((way, i, j) =>
        {
            var length = way < 4 ? 1 : Math.Sqrt(2);
            made[way][i] = (float)(Tie * Math.Exp(-beta * Difference(i, j)) / length);
        });
        return made;
    }

    void Each(Action<int, int, int> use)
    {
        for (var way = 0; way < 8; way++)
        {
            var (dx, dy) = GridCut.Ways[way];
            for (var y = Math.Max(0, -dy); y < planes.Height - Math.Max(0, dy); y++)
                for (var x = Math.Max(0, -dx); x < planes.Width - Math.Max(0, dx); x++)
                    use(way, y * planes.Width + x, (y + dy) * planes.Width + x + dx);
        }
    }

    double Difference(int i, int j)
    {
        double r = planes.Red[i] - planes.Red[j], g = planes.Green[i] - planes.Green[j], b = planes.Blue[i] - planes.Blue[j];
        return r * r + g * g + b * b;
    }
}
