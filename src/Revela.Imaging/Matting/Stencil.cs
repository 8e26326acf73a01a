using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Revela.Imaging.Matting;

/// <summary>
/// A symmetric matrix over the pixels of a band that couples each with its 5 × 5 neighbours. The coupling of a pixel with one further on is kept
/// at the pixel, in the plane of their distance; its mirror is not kept.
/// </summary>
sealed unsafe class Stencil : IDisposable
{
    /// <summary>Distances of the planes: the pixel itself, then those to its right and below.</summary>
    public static readonly (int Down, int Right)[] Distances =
        [(0, 0), (0, 1), (0, 2), (1, -2), (1, -1), (1, 0), (1, 1), (1, 2), (2, -2), (2, -1), (2, 0), (2, 1), (2, 2)];

    public const int PlaneCount = 13;

    readonly Numbers[] planes = new Numbers[PlaneCount];

    public Stencil(Band band)
    {
        Band = band;
        for (var i = 0; i < PlaneCount; i++) planes[i] = new Numbers(band.Size);
    }

    public Band Band { get; }

    public double* Plane(int index) => planes[index].At;

    /// <summary>The plane of a distance to the right or below.</summary>
    public static int PlaneOf(int down, int right) => down == 0 ? right : 3 + (down - 1) * 5 + right + 2;

    /// <summary>to = matrix × from. Both have the band's size; what is not unknown is zero in both.</summary>
    public void Apply(Numbers from, Numbers to) => Work.Share(Band.Shares.Length, share =>
    {
        var range = Band.Shares[share];
        for (var i = range.Start.Value; i < range.End.Value; i++) ApplyRun(Band.Runs[i], from.At, to.At);
    });

    /// <summary>Adds the magnitudes of each row's numbers.</summary>
    public void SumMagnitudes(Numbers sums)
    {
        for (var plane = 0; plane < PlaneCount; plane++)
        {
            var (down, right) = Distances[plane];
            foreach (var run in Band.Runs)
            {
                var other = sums.At + (down switch { 0 => run.Here, 1 => run.Down, _ => run.DownDown }) + right;
                for (var x = 0; x < run.Length; x++)
                {
                    var magnitude = Math.Abs(Plane(plane)[run.Here + x]);
                    sums.At[run.Here + x] += magnitude;
                    if (plane > 0) other[x] += magnitude;
                }
            }
        }
    }

    /// <summary>Drops the couplings with pixels outside.</summary>
    /// <param name="inside">1 at the places of pixels that stay, else 0.</param>
    public void KeepWithin(Numbers inside) => Work.Share(PlaneCount - 1, index =>
    {
        var (down, right) = Distances[index + 1];
        var plane = Plane(index + 1);
        foreach (var run in Band.Runs)
        {
            var other = inside.At + (down switch { 0 => run.Here, 1 => run.Down, _ => run.DownDown }) + right;
            for (var x = 0; x < run.Length; x++) plane[run.Here + x] *= other[x];
        }
        for (var i = 0; i < Band.Size; i++) plane[i] *= inside.At[i];
    });

    public void Dispose()
    {
        foreach (var plane in planes) plane.Dispose();
    }

    // Four pixels at a time, and up to three behind the run: those are written again by their own run, or come out as zero.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void ApplyRun(in Run run, double* from, double* to)
    {
        double* upUp = from + run.UpUp, up = from + run.Up, here = from + run.Here, down = from + run.Down, downDown = from + run.DownDown;
        for (var x = 0; x < run.Length; x += 4)
        {
            var a = Vector256.Load(Plane(0) + run.Here + x) * Vector256.Load(here + x);
            var b = Vector256<double>.Zero;
            Both(Plane(1) + run.Here + x, Plane(1) + run.Here + x - 1, here + x + 1, here + x - 1, ref a, ref b);
            Both(Plane(2) + run.Here + x, Plane(2) + run.Here + x - 2, here + x + 2, here + x - 2, ref a, ref b);
            for (var right = -2; right <= 2; right++)
            {
                double* near = Plane(5 + right), far = Plane(10 + right);
                Both(near + run.Here + x, near + run.Up + x - right, down + x + right, up + x - right, ref a, ref b);
                Both(far + run.Here + x, far + run.UpUp + x - right, downDown + x + right, upUp + x - right, ref a, ref b);
            }
            (a + b).Store(to + run.Here + x);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Both(double* coupling, double* mirrored, double* next, double* previous, ref Vector256<double> a, ref Vector256<double> b)
    {
        a = Vector256.MultiplyAddEstimate(Vector256.Load(coupling), Vector256.Load(next), a);
        b = Vector256.MultiplyAddEstimate(Vector256.Load(mirrored), Vector256.Load(previous), b);
    }
}
