using System.Runtime.InteropServices;

namespace Revela.Imaging.Ocr;

/// <summary>A connected piece of ink.</summary>
/// <param name="Right">First column behind it.</param>
/// <param name="Bottom">First row below it.</param>
/// <param name="Ink">Mean grey of its pixels.</param>
sealed record Blob(int Left, int Top, int Right, int Bottom, int Area, float Ink, Run[] Runs)
{
    public int Width => Right - Left;
    public int Height => Bottom - Top;

    /// <summary>Writing whose letters touch is wider than any digit.</summary>
    public bool IsDigitLike => Width <= Blobs.Widest * Height;

    public float CentreX => (Left + Right) * 0.5f;
    public float CentreY => (Top + Bottom) * 0.5f;
}

/// <summary>Joins runs of ink into blobs (8-connected) and keeps those that could be digits.</summary>
static class Blobs
{
    // Shares of a digit: 1 is the thinnest, a wide bold 0 the widest; how much of its box is ink.
    const float Thinnest = 0.12f, Emptiest = 0.15f, Fullest = 0.97f;

    public const float Widest = 1.3f;

    // Widths of a word, in heights.
    const float Word = 7;

    /// <param name="least">Least height in pixels.</param>
    /// <param name="most">Greatest height in pixels.</param>
    public static List<Blob> Of(List<Run> runs, Plane plane, int least, int most)
    {
        var parents = Join(CollectionsMarshal.AsSpan(runs));
        var members = new Dictionary<int, Box>();
        for (var i = 0; i < runs.Count; i++)
        {
            var root = Root(parents, i);
            ref var box = ref CollectionsMarshal.GetValueRefOrAddDefault(members, root, out var known);
            box = known ? box.With(runs[i]) : Box.Of(runs[i]);
        }

        var kept = members.Where(m => IsWriting(m.Value, least, most)).ToDictionary(m => m.Key, m => (Box: m.Value, Runs: new List<Run>()));
        for (var i = 0; i < runs.Count; i++)
            if (kept.TryGetValue(parents[i], out var blob)) blob.Runs.Add(runs[i]);
        return kept.Values.Select(one => Finish(one.Box, [.. one.Runs], plane)).ToList();
    }

    static bool IsWriting(Box box, int least, int most)
    {
        float width = box.Right - box.Left, height = box.Bottom - box.Top;
        if (height < least || height > most || width < Thinnest * height || width > Word * height) return false;
        var fill = box.Area / (width * height);
        return fill > Emptiest && (fill < Fullest || width < 0.5f * height);
    }

    static Blob Finish(Box box, Run[] runs, Plane plane)
    {
        long sum = 0;
        foreach (var run in runs)
            foreach (var value in plane.Pixels.AsSpan(run.Y * plane.Width + run.Left, run.Right - run.Left)) sum += value;
        return new Blob(box.Left, box.Top, box.Right, box.Bottom, box.Area, (float)sum / box.Area, runs);
    }

    // Union–find over runs that touch in neighbouring rows; afterwards every entry points near its root.
    static int[] Join(ReadOnlySpan<Run> runs)
    {
        var parents = new int[runs.Length];
        for (var i = 0; i < parents.Length; i++) parents[i] = i;
        var above = 0;
        for (var i = 0; i < runs.Length; i++)
        {
            while (runs[above].Y < runs[i].Y - 1 || (runs[above].Y == runs[i].Y - 1 && runs[above].Right < runs[i].Left)) above++;
            for (var j = above; j < i && runs[j].Y == runs[i].Y - 1 && runs[j].Left <= runs[i].Right; j++) Unite(parents, i, j);
        }
        return parents;
    }

    static void Unite(int[] parents, int a, int b)
    {
        (a, b) = (Root(parents, a), Root(parents, b));
        if (a < b) parents[b] = a;
        else parents[a] = b;
    }

    static int Root(int[] parents, int i)
    {
        var root = i;
        while (parents[root] != root) root = parents[root];
        while (parents[i] != root) (parents[i], i) = (root, parents[i]);
        return root;
    }

    readonly record struct Box(int Left, int Top, int Right, int Bottom, int Area)
    {
        public static Box Of(Run run) => new(run.Left, run.Y, run.Right, run.Y + 1, run.Right - run.Left);

        public Box With(Run run) => new(
            Math.Min(Left, run.Left), Math.Min(Top, run.Y), Math.Max(Right, run.Right), Math.Max(Bottom, run.Y + 1), Area + run.Right - run.Left);
    }
}
