namespace Revela.Imaging.Cutout.Classic;

/// <summary>
/// How much each region stands out from what is connected to the border: saliency by robust background detection (Zhu, Liang, Wei and Sun,
/// CVPR 2014, equations 3 to 9). A region belongs to the background when the patch of like colour around it runs far along the border.
/// </summary>
sealed class Saliency
{
    const int Regions = 320;
    const double ColourReach = 10, SpatialReach = 0.25, Smoothness = 14, Evenness = 0.1;

    readonly Superpixels regions;
    readonly Planes lab;
    readonly int count;
    readonly double[,] colour;
    readonly List<int>[] beside;
    readonly bool[] atBorder;

    Saliency(Planes lab)
    {
        this.lab = lab;
        regions = Superpixels.Of(lab, Regions);
        count = regions.Count;
        colour = new double[count, count];
        for (var i = 0; i < count; i++)
            for (var j = 0; j < count; j++) colour[i, j] = ColourDistance(i, j);
        (beside, atBorder) = Neighbours();
    }

    /// <summary>0–1 for each pixel.</summary>
    public static float[] Of(Planes lab)
    {
        var saliency = new Saliency(lab);
        var background = saliency.BackgroundProbability();
        var values = saliency.Optimise(background, saliency.Contrast(background));
        return Array.ConvertAll(saliency.regions.Labels, label => (float)values[label]);
    }

    double ColourDistance(int i, int j)
    {
        var (p, q) = (regions[i], regions[j]);
        return Math.Sqrt(Math.Pow(p.L - q.L, 2) + Math.Pow(p.A - q.A, 2) + Math.Pow(p.B - q.B, 2));
    }

    (List<int>[] Beside, bool[] AtBorder) Neighbours()
    {
        var (near, border) = (new HashSet<int>[count], new bool[count]);
        for (var i = 0; i < count; i++) near[i] = [];
        for (var at = 0; at < lab.Count; at++)
        {
            var (x, y, label) = (at % lab.Width, at / lab.Width, regions.Labels[at]);
            if (x == 0 || y == 0 || x == lab.Width - 1 || y == lab.Height - 1) border[label] = true;
            if (x > 0) Meet(label, regions.Labels[at - 1]);
            if (y > 0) Meet(label, regions.Labels[at - lab.Width]);
        }
        return (Array.ConvertAll(near, set => set.Order().ToList()), border);

        void Meet(int a, int b)
        {
            if (a == b) return;
            near[a].Add(b);
            near[b].Add(a);
        }
    }

    double[] BackgroundProbability()
    {
        var probability = new double[count];
        Parallel.For(0, count, i =>
        {
            var distances = Geodesic(i);
            double area = 0, along = 0;
            for (var j = 0; j < count; j++)
            {
                var like = Math.Exp(-distances[j] * distances[j] / (2 * ColourReach * ColourReach));
                area += like;
                if (atBorder[j]) along += like;
            }
            var connectivity = along / Math.Sqrt(area);
            probability[i] = 1 - Math.Exp(-connectivity * connectivity / 2);
        });
        return probability;
    }

    // Shortest paths over neighbouring regions; all border regions are neighbours, so that a subject does not cut the background in two.
    double[] Geodesic(int from)
    {
        var distances = new double[count];
        Array.Fill(distances, double.MaxValue);
        distances[from] = 0;
        var queue = new PriorityQueue<int, double>();
        queue.Enqueue(from, 0);
        while (queue.TryDequeue(out var at, out var distance))
        {
            if (distance > distances[at]) continue;
            foreach (var next in beside[at]) Reach(next, distance + colour[at, next]);
            if (!atBorder[at]) continue;
            for (var next = 0; next < count; next++)
                if (atBorder[next]) Reach(next, distance + colour[at, next]);
        }
        return distances;

        void Reach(int next, double length)
        {
            // Small steps add up to a drift that no edge made.
            if (length >= distances[next]) return;
            distances[next] = length;
            queue.Enqueue(next, length);
        }
    }

    double[] Contrast(double[] background)
    {
        var contrast = new double[count];
        double diagonal = Math.Sqrt((double)lab.Width * lab.Width + (double)lab.Height * lab.Height);
        for (var i = 0; i < count; i++)
            for (var j = 0; j < count; j++)
            {
                var (p, q) = (regions[i], regions[j]);
                var far = ((p.X - q.X) * (p.X - q.X) + (p.Y - q.Y) * (p.Y - q.Y)) / (diagonal * diagonal);
                contrast[i] += colour[i, j] * Math.Exp(-far / (2 * SpatialReach * SpatialReach)) * background[j] * regions.Sizes[j];
            }
        return Stretched(contrast);
    }

    // What is background shall be 0, what stands out 1, and neighbours of like colour alike.
    double[] Optimise(double[] background, double[] contrast)
    {
        var matrix = new double[count, count];
        var right = new double[count];
        for (var i = 0; i < count; i++)
        {
            var front = contrast[i] * (1 - background[i]);
            matrix[i, i] += background[i] + front + 1e-6;
            right[i] = front;
            foreach (var j in beside[i])
            {
                var weight = Math.Exp(-colour[i, j] * colour[i, j] / (2 * Smoothness * Smoothness)) + Evenness;
                matrix[i, i] += weight;
                matrix[i, j] -= weight;
            }
        }
        return Stretched(Cholesky.Solve(matrix, right));
    }

    static double[] Stretched(double[] values)
    {
        double low = values.Min(), range = Math.Max(values.Max() - low, 1e-9);
        return Array.ConvertAll(values, value => (value - low) / range);
    }
}
