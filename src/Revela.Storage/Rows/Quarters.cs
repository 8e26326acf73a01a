using Revela.Core.Assets;

namespace Revela.Storage.Rows;

/// <summary>
/// Finds hashes that differ in few bits without reading all of them: of two that differ in at most d bits, one of four quarters differs in at most
/// d / 4, and there is an index over each (multi-index hashing; Norouzi, Punjani and Fleet, CVPR 2012).
/// </summary>
static class Quarters
{
    public const int Count = 4;
    const int Bits = 64 / Count;

    /// <summary>What this quarter, from the highest bits, may be of a hash within the distance: at most 137 numbers.</summary>
    public static long[] Near(PerceptualHash hash, int quarter, int distance)
    {
        var middle = (long)(hash.Bits >> (Count - 1 - quarter) * Bits & ((1UL << Bits) - 1));
        var near = new List<long> { middle };
        if (distance >= Count)
            for (var i = 0; i < Bits; i++) near.Add(middle ^ 1L << i);
        if (distance >= 2 * Count)
            for (var i = 0; i < Bits; i++)
                for (var j = 0; j < i; j++) near.Add(middle ^ 1L << i ^ 1L << j);
        return [.. near];
    }

    /// <summary>Those within the distance, nearest first and then newest.</summary>
    /// <param name="candidates">Rows by number, with their hashes as they are kept.</param>
    public static IReadOnlyList<(long Number, int Distance)> Nearest(IEnumerable<(long Number, long Hash)> candidates, PerceptualHash hash, int distance, int limit) =>
        [.. candidates.Select(row => (row.Number, Distance: hash.DistanceTo(Hash(row.Hash)))).Where(row => row.Distance <= distance)
            .OrderBy(row => row.Distance).ThenByDescending(row => row.Number).Take(limit)];

    public static long? Kept(PerceptualHash? hash) => hash is { } known ? unchecked((long)known.Bits) : null;

    public static PerceptualHash Hash(long kept) => new(unchecked((ulong)kept));
}
