namespace Revela.Imaging.Cutout.Classic;

/// <summary>Connected parts of a mask (8 neighbours for the subject).</summary>
static class Parts
{
    /// <summary>Makes background of every part that is smaller than this share of the largest.</summary>
    public static void KeepLargeOnes(Mask mask, double share)
    {
        var labels = new int[mask.Values.Length];
        var sizes = new List<int> { 0 };
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] == 0 && mask.Values[i] > 127) sizes.Add(Fill(mask, labels, i, sizes.Count));
        var least = sizes.Max() * share;
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] > 0 && sizes[labels[i]] < least) mask.Values[i] = 0;
    }

    /// <summary>Makes subject of every enclosed part of the background that is smaller than this share of the picture.</summary>
    public static void FillHoles(Mask mask, double share)
    {
        var turned = new Mask(mask.Width, mask.Height, Array.ConvertAll(mask.Values, value => (byte)(255 - value)));
        var labels = new int[mask.Values.Length];
        var sizes = new List<int> { 0 };
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] == 0 && turned.Values[i] > 127) sizes.Add(Fill(turned, labels, i, sizes.Count));
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] > 0 && sizes[labels[i]] < share * labels.Length) mask.Values[i] = 255;
    }

    static int Fill(Mask mask, int[] labels, int start, int label)
    {
        var (stack, count) = (new Stack<int>(), 0);
        stack.Push(start);
        labels[start] = label;
        while (stack.TryPop(out var at))
        {
            count++;
            int x = at % mask.Width, y = at / mask.Width;
            for (var ny = Math.Max(0, y - 1); ny <= Math.Min(mask.Height - 1, y + 1); ny++)
                for (var nx = Math.Max(0, x - 1); nx <= Math.Min(mask.Width - 1, x + 1); nx++)
                {
                    var next = ny * mask.Width + nx;
                    if (labels[next] != 0 || mask.Values[next] <= 127) continue;
                    labels[next] = label;
                    stack.Push(next);
                }
        }
        return count;
    }
}
