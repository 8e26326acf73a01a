namespace Revela.Imaging.Cutout.Classic;

/// <summary>Pixels grouped into some hundred small regions of like colour (SLIC: Achanta et al., PAMI 2012), so that regions can be compared each with each.</summary>
sealed class Superpixels
{
    const int Rounds = 6;
    const float Compactness = 16;

    readonly Planes lab;
    readonly int step;
    readonly float[] x, y, l, a, b;

    Superpixels(Planes lab, int wanted)
    {
        this.lab = lab;
        step = Math.Max(2, (int)Math.Sqrt((double)lab.Count / wanted));
        int across = Math.Max(1, lab.Width / step), down = Math.Max(1, lab.Height / step);
        Count = across * down;
        (x, y, l, a, b) = (new float[Count], new float[Count], new float[Count], new float[Count], new float[Count]);
        Sizes = new int[Count];
        Labels = new int[lab.Count];
        for (var i = 0; i < Count; i++) Plant(i, (i % across + 0.5f) * lab.Width / across, (i / across + 0.5f) * lab.Height / down);
    }

    public int Count { get; }
    public int[] Labels { get; }
    public int[] Sizes { get; }

    /// <summary>Mean colour and place of a region.</summary>
    public (float L, float A, float B, float X, float Y) this[int region] => (l[region], a[region], b[region], x[region], y[region]);

    public static Superpixels Of(Planes lab, int wanted)
    {
        var regions = new Superpixels(lab, wanted);
        for (var round = 0; round < Rounds; round++)
        {
            regions.Assign();
            regions.Move();
        }
        return regions;
    }

    void Plant(int i, float px, float py)
    {
        var at = (int)py * lab.Width + (int)px;
        (x[i], y[i], l[i], a[i], b[i]) = (px, py, lab.Red[at], lab.Green[at], lab.Blue[at]);
    }

    void Assign()
    {
        var nearest = new float[lab.Count];
        Array.Fill(nearest, float.MaxValue);
        var spatial = Compactness * Compactness / (step * step);
        for (var i = 0; i < Count; i++)
            for (var py = Math.Max(0, (int)y[i] - 2 * step); py < Math.Min(lab.Height, (int)y[i] + 2 * step + 1); py++)
                for (var px = Math.Max(0, (int)x[i] - 2 * step); px < Math.Min(lab.Width, (int)x[i] + 2 * step + 1); px++)
                {
                    var at = py * lab.Width + px;
                    float dl = lab.Red[at] - l[i], da = lab.Green[at] - a[i], db = lab.Blue[at] - b[i], dx = px - x[i], dy = py - y[i];
                    var distance = dl * dl + da * da + db * db + spatial * (dx * dx + dy * dy);
                    if (distance < nearest[at]) (nearest[at], Labels[at]) = (distance, i);
                }
    }

    void Move()
    {
        foreach (var array in (float[][])[x, y, l, a, b]) Array.Clear(array);
        Array.Clear(Sizes);
        for (var at = 0; at < lab.Count; at++)
        {
            var i = Labels[at];
            (x[i], y[i], l[i], a[i], b[i]) = (x[i] + at % lab.Width, y[i] + at / lab.Width, l[i] + lab.Red[at], a[i] + lab.Green[at], b[i] + lab.Blue[at]);
            Sizes[i]++;
        }
        for (var i = 0; i < Count; i++)
        {
            var size = Math.Max(1, Sizes[i]);
            (x[i], y[i], l[i], a[i], b[i]) = (x[i] / size, y[i] / size, l[i] / size, a[i] / size, b[i] / size);
        }
    }
}
