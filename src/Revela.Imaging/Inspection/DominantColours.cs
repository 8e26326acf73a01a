using Revela.Imaging.Cutout.Classic;
using Revela.Imaging.Operations.Binding;

namespace Revela.Imaging.Inspection;

/// <summary>A colour that much of a picture has.</summary>
/// <param name="Part">Of all pixels that are not transparent, 0–1.</param>
readonly record struct DominantColour(Colour Colour, double Part);

/// <summary>
/// The colours that a picture is made of: k-means in CIE L*a*b* over a histogram, begun with the most frequent colour and then with those that
/// are frequent and far from what is chosen. The same picture gives the same colours.
/// </summary>
static class DominantColours
{
    // Bits of each band that the histogram tells apart.
    const int Bits = 5;
    const int Rounds = 16;
    const int OpaqueFrom = 128;

    /// <summary>At most so many, the most frequent first; none of a picture that is all transparent.</summary>
    public static IReadOnlyList<DominantColour> Of(Overview picture, int most)
    {
        var shades = Shades(picture);
        if (shades.Length == 0) return [];
        var centres = Seeds(shades, most);
        var nearest = new int[shades.Length];
        for (var round = 0; round < Rounds && Assign(shades, centres, nearest); round++) Recentre(shades, centres, nearest);
        var all = shades.Sum(shade => shade.Count);
        return [.. shades.Zip(nearest).GroupBy(pair => pair.Second, pair => pair.First)
            .Select(group => new DominantColour(Mean([.. group]), group.Sum(shade => shade.Count) / all)).OrderByDescending(colour => colour.Part)];
    }

    static Shade[] Shades(Overview picture)
    {
        var sums = new long[1 << 3 * Bits, 4];
        for (var i = 0; i < picture.Count; i++)
        {
            var pixel = picture.Rgba.AsSpan(4 * i, 4);
            if (pixel[3] < OpaqueFrom) continue;
            var bin = pixel[0] >> 8 - Bits << 2 * Bits | pixel[1] >> 8 - Bits << Bits | pixel[2] >> 8 - Bits;
            sums[bin, 3]++;
            for (var band = 0; band < 3; band++) sums[bin, band] += pixel[band];
        }
        return [.. Enumerable.Range(0, sums.GetLength(0)).Where(bin => sums[bin, 3] > 0)
            .Select(bin => Shade.Of(sums[bin, 3], (float)sums[bin, 0] / sums[bin, 3], (float)sums[bin, 1] / sums[bin, 3], (float)sums[bin, 2] / sums[bin, 3]))];
    }

    static List<Place> Seeds(Shade[] shades, int most)
    {
        List<Place> seeds = [shades.MaxBy(shade => shade.Count).Place];
        while (seeds.Count < Math.Min(most, shades.Length))
        {
            var next = shades.MaxBy(shade => shade.Count * seeds.Min(seed => seed.From(shade.Place)));
            seeds.Add(next.Place);
        }
        return seeds;
    }

    // Whether any shade has gone over to another centre.
    static bool Assign(Shade[] shades, List<Place> centres, int[] nearest)
    {
        var changed = false;
        for (var i = 0; i < shades.Length; i++)
        {
            var best = 0;
            for (var c = 1; c < centres.Count; c++)
                if (centres[c].From(shades[i].Place) < centres[best].From(shades[i].Place)) best = c;
            changed |= nearest[i] != best;
            nearest[i] = best;
        }
        return changed;
    }

    static void Recentre(Shade[] shades, List<Place> centres, int[] nearest)
    {
        for (var c = 0; c < centres.Count; c++)
        {
            double count = 0, l = 0, a = 0, b = 0;
            for (var i = 0; i < shades.Length; i++)
            {
                if (nearest[i] != c) continue;
                var (weight, place) = (shades[i].Count, shades[i].Place);
                (count, l, a, b) = (count + weight, l + weight * place.L, a + weight * place.A, b + weight * place.B);
            }
            if (count > 0) centres[c] = new Place((float)(l / count), (float)(a / count), (float)(b / count));
        }
    }

    static Colour Mean(Shade[] shades)
    {
        var count = shades.Sum(shade => shade.Count);
        return new Colour(Of(shade => shade.Red), Of(shade => shade.Green), Of(shade => shade.Blue));

        byte Of(Func<Shade, float> band) => (byte)Math.Round(shades.Sum(shade => shade.Count * band(shade)) / count);
    }

    readonly record struct Place(float L, float A, float B)
    {
        public double From(Place other) => (L - other.L) * (L - other.L) + (A - other.A) * (A - other.A) + (B - other.B) * (B - other.B);
    }

    readonly record struct Shade(double Count, float Red, float Green, float Blue, Place Place)
    {
        public static Shade Of(long count, float red, float green, float blue)
        {
            var (l, a, b) = Lab.Of(red, green, blue);
            return new Shade(count, red, green, blue, new Place(l, a, b));
        }
    }
}
