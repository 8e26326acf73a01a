namespace Revela.Imaging.Matting;

/// <summary>The matrix of a half-size band that acts as the fine one does on what the coarse pixels can say: Pᵀ A P. Sums are of double precision.</summary>
static unsafe class Galerkin
{
    const int ShareRows = 24;

    public static Stencil Coarsen(Stencil fine, Band coarse)
    {
        var result = new Stencil(coarse);
        var runs = coarse.Runs.Length == 0 ? 0 : coarse.Runs.Max(run => run.X + run.Length);
        var shares = (coarse.Height + ShareRows - 1) / ShareRows;
        Work.Share(shares, share => new Rows(fine, result, runs + 4).Sum(share * ShareRows, Math.Min(coarse.Height, (share + 1) * ShareRows)));
        using var unknown = new Numbers(coarse.Size);
        foreach (var run in coarse.Runs) new Span<double>(unknown.At + run.Here, run.Length).Fill(1);
        result.KeepWithin(unknown);
        return result;
    }

    /// <summary>The coarse couplings of a few rows, summed in a window of three rows that moves down with the fine ones.</summary>
    sealed class Rows(Stencil fine, Stencil coarse, int width)
    {
        const int Margin = 2;
        readonly double[][] sums = [new double[Stencil.PlaneCount * (width + 2 * Margin)], new double[Stencil.PlaneCount * (width + 2 * Margin)], new double[Stencil.PlaneCount * (width + 2 * Margin)]];
        readonly int stride = width + 2 * Margin;
        int top;

        public void Sum(int first, int end)
        {
            top = first - 2;
            var runs = fine.Band.Runs;
            for (var i = FirstFrom(runs, 2 * first - 3); i < runs.Length && runs[i].Y < 2 * end; i++)
            {
                while (top < runs[i].Y >> 1) Flush(first, end);
                AddRun(runs[i]);
            }
            while (top < end) Flush(first, end);
        }

        static int FirstFrom(Run[] runs, int y)
        {
            int low = 0, high = runs.Length;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (runs[middle].Y < y) low = middle + 1;
                else high = middle;
            }
            return low;
        }

        void AddRun(in Run run)
        {
            for (var plane = 0; plane < Stencil.PlaneCount; plane++)
            {
                var (down, right) = Stencil.Distances[plane];
                var values = fine.Plane(plane) + run.Here;
                for (var x = 0; x < run.Length; x++)
                    if (values[x] != 0) AddPair(run.Y, run.X + x, down, right, plane == 0 ? values[x] : 2.0 * values[x]);
            }
        }

        // Each coarse pixel near one end with each near the other; a pair counts once from each side, which halves it here.
        void AddPair(int y, int x, int down, int right, double value)
        {
            int toY = y + down, toX = x + right;
            for (var ay = y >> 1; ay <= (y + 1) >> 1; ay++)
                for (var ax = x >> 1; ax <= (x + 1) >> 1; ax++)
                {
                    var weight = value * ((y & 1) == 0 ? 1 : 0.5) * ((x & 1) == 0 ? 1 : 0.5) * ((toY & 1) == 0 ? 1 : 0.5) * ((toX & 1) == 0 ? 1 : 0.5);
                    for (var by = toY >> 1; by <= (toY + 1) >> 1; by++)
                        for (var bx = toX >> 1; bx <= (toX + 1) >> 1; bx++) Add(ay, ax, by, bx, weight);
                }
        }

        void Add(int ay, int ax, int by, int bx, double value)
        {
            if (by < ay || by == ay && bx < ax) (ay, ax, by, bx) = (by, bx, ay, ax);
            var plane = Stencil.PlaneOf(by - ay, bx - ax);
            sums[(ay + 3) % 3][plane * stride + ax + Margin] += ay == by && ax == bx ? value : 0.5 * value;
        }

        void Flush(int first, int end)
        {
            var row = sums[(top + 3) % 3];
            if (top >= first && top < end)
                foreach (var interval in coarse.Band.Row(top))
                {
                    var place = coarse.Band.Place(top, interval.First);
                    for (var plane = 0; plane < Stencil.PlaneCount; plane++)
                        for (var x = interval.First; x < interval.End; x++)
                            coarse.Plane(plane)[place + x - interval.First] = row[plane * stride + x + Margin];
                }
            Array.Clear(row);
            top++;
        }
    }
}
