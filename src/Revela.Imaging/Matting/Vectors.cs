using System.Numerics;

namespace Revela.Imaging.Matting;

/// <summary>Sums over whole storages, in shares of fixed size.</summary>
static unsafe class Vectors
{
    const int ShareLength = 65_536;

    delegate void Step(int from, int to);

    /// <summary>to = to + scale × from.</summary>
    public static void Add(Numbers to, double scale, Numbers from) => Each(to.Length, (begin, end) =>
    {
        var (factor, i) = (new Vector<double>(scale), begin);
        for (; i + Vector<double>.Count <= end; i += Vector<double>.Count) *(Vector<double>*)(to.At + i) = (*(Vector<double>*)(to.At + i) + factor * *(Vector<double>*)(from.At + i));
        for (; i < end; i++) to.At[i] += scale * from.At[i];
    });

    /// <summary>to = scale × to + from.</summary>
    public static void ScaleAdd(Numbers to, double scale, Numbers from) => Each(to.Length, (begin, end) =>
    {
        var (factor, i) = (new Vector<double>(scale), begin);
        for (; i + Vector<double>.Count <= end; i += Vector<double>.Count) *(Vector<double>*)(to.At + i) = (factor * *(Vector<double>*)(to.At + i) + *(Vector<double>*)(from.At + i));
        for (; i < end; i++) to.At[i] = scale * to.At[i] + from.At[i];
    });

    /// <summary>to = keep × to + scale × weights × from.</summary>
    public static void Weigh(Numbers to, double keep, double scale, Numbers weights, Numbers from) => Each(to.Length, (begin, end) =>
    {
        var (kept, factor, i) = (new Vector<double>(keep), new Vector<double>(scale), begin);
        for (; i + Vector<double>.Count <= end; i += Vector<double>.Count)
            *(Vector<double>*)(to.At + i) = (kept * *(Vector<double>*)(to.At + i) + factor * *(Vector<double>*)(weights.At + i) * *(Vector<double>*)(from.At + i));
        for (; i < end; i++) to.At[i] = keep * to.At[i] + scale * weights.At[i] * from.At[i];
    });

    /// <summary>Sum of products.</summary>
    public static double Dot(Numbers a, Numbers b)
    {
        var sums = new double[Shares(a.Length)];
        Work.Share(sums.Length, share => sums[share] = Dot(a.At, b.At, share * ShareLength, Math.Min(a.Length, (share + 1) * ShareLength)));
        return sums.Sum();
    }

    static double Dot(double* a, double* b, int begin, int end)
    {
        var (sums, i) = (Vector<double>.Zero, begin);
        for (; i + Vector<double>.Count <= end; i += Vector<double>.Count) sums += *(Vector<double>*)(a + i) * *(Vector<double>*)(b + i);
        var sum = Vector.Sum(sums);
        for (; i < end; i++) sum += a[i] * b[i];
        return sum;
    }

    static int Shares(int length) => (length + ShareLength - 1) / ShareLength;

    static void Each(int length, Step step) =>
        Work.Share(Shares(length), share => step(share * ShareLength, Math.Min(length, (share + 1) * ShareLength)));
}
