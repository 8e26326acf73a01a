using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Revela.Imaging.Matting;

/// <summary>
/// The matting Laplacian (Levin, Lischinski and Weiss, PAMI 2008, equation 12) over windows of 3 × 3 pixels that hold an unknown one, and the
/// right-hand side that known pixels give. Colours are 0–1; ε is 10⁻⁷.
/// </summary>
static unsafe class MattingLaplacian
{
    const double Epsilon = 1e-7;
    const int Window = 9;

    // Windows of a share's rows write to the row above and below it; shares of other parity never touch each other.
    const int ShareRows = 16;

    /// <param name="pixels">sRGB, 3 bytes a pixel.</param>
    /// <param name="subject">At the storage's places of known pixels that are subject 1, else 0.</param>
    /// <param name="right">Becomes the right-hand side.</param>
    public static Stencil Assemble(byte* pixels, int width, int height, Band band, Numbers subject, Numbers right, CancellationToken cancel)
    {
        var stencil = new Stencil(band);
        var shares = (height + ShareRows - 1) / ShareRows;
        for (var parity = 0; parity < 2; parity++)
        {
            cancel.ThrowIfCancellationRequested();
            var odd = parity;
            Work.Share((shares + 1 - odd) / 2, pair =>
            {
                var rows = new ColourRows(pixels, width);
                var first = (2 * pair + odd) * ShareRows;
                for (var y = Math.Max(1, first); y < Math.Min(height - 1, first + ShareRows); y++) AddRow(stencil, rows, y, width);
            });
        }
        Close(stencil, subject, right);
        return stencil;
    }

    // Windows whose centres are in the row: those within one pixel of an unknown one, and wholly inside the picture.
    static void AddRow(Stencil stencil, ColourRows rows, int y, int width)
    {
        var centres = Centres(stencil.Band, y, width);
        if (centres.Count == 0) return;
        rows.Load(y);
        foreach (var (first, end) in centres)
        {
            int above = stencil.Band.Place(y - 1, first), here = stencil.Band.Place(y, first), below = stencil.Band.Place(y + 1, first);
            for (var x = first; x < end; x += 4) AddWindows(stencil, rows, x, Math.Min(4, end - x), above + x - first, here + x - first, below + x - first);
        }
    }

    static List<Interval> Centres(Band band, int y, int width)
    {
        var near = new List<Interval>();
        for (var from = y - 1; from <= y + 1; from++)
            foreach (var interval in band.Row(from)) near.Add(new Interval(Math.Max(1, interval.First - 1), Math.Min(width - 1, interval.End + 1)));
        near.Sort((a, b) => a.First.CompareTo(b.First));
        var merged = new List<Interval>();
        foreach (var interval in near)
        {
            if (interval.First >= interval.End) continue;
            if (merged.Count > 0 && interval.First <= merged[^1].End) merged[^1] = merged[^1] with { End = Math.Max(merged[^1].End, interval.End) };
            else merged.Add(interval);
        }
        return merged;
    }

    /// <summary>Adds up to four windows side by side; places are those of the pixels above, at and below the first centre.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddWindows(Stencil stencil, ColourRows rows, int x, int count, int above, int here, int below)
    {
        var colours = stackalloc Vector256<double>[Window * 3];
        var solved = stackalloc Vector256<double>[Window * 3];
        Centre(rows, x, colours);
        Solve(colours, solved);

        var valid = Vector256.GreaterThan(Vector256.Create((double)count), Vector256.Create(0.5, 1.5, 2.5, 3.5));
        var share = Vector256.BitwiseAnd(valid, Vector256.Create(1.0 / Window));
        var places = stackalloc int[3] { above, here, below };
        for (var i = 0; i < Window; i++)
        {
            var place = places[i / 3] + i % 3 - 1;
            for (var j = i + 1; j < Window; j++)
            {
                var product = colours[i * 3] * solved[j * 3] + colours[i * 3 + 1] * solved[j * 3 + 1] + colours[i * 3 + 2] * solved[j * 3 + 2];
                var plane = stencil.Plane(Stencil.PlaneOf(j / 3 - i / 3, j % 3 - i % 3)) + place;
                (Vector256.Load(plane) - (Vector256<double>.One + product) * share).Store(plane);
            }
        }
    }

    // Colours of the nine pixels of four windows without their windows' mean.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Centre(ColourRows rows, int x, Vector256<double>* colours)
    {
        for (var channel = 0; channel < 3; channel++)
        {
            var mean = Vector256<double>.Zero;
            for (var i = 0; i < Window; i++)
            {
                var value = Vector256.Load(rows.At(i / 3, channel) + x + i % 3 - 1);
                colours[i * 3 + channel] = value;
                mean += value;
            }
            mean *= 1.0 / Window;
            for (var i = 0; i < Window; i++) colours[i * 3 + channel] -= mean;
        }
    }

    // (covariance + ε/9)⁻¹ × each colour, by the adjugate.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Solve(Vector256<double>* colours, Vector256<double>* solved)
    {
        Vector256<double> rr = default, rg = default, rb = default, gg = default, gb = default, bb = default;
        for (var i = 0; i < Window; i++)
        {
            var (r, g, b) = (colours[i * 3], colours[i * 3 + 1], colours[i * 3 + 2]);
            (rr, rg, rb, gg, gb, bb) = (rr + r * r, rg + r * g, rb + r * b, gg + g * g, gb + g * b, bb + b * b);
        }
        var small = Vector256.Create(Epsilon);
        (rr, gg, bb) = (rr + small, gg + small, bb + small);
        var (crr, crg, crb) = (gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg);
        var (cgg, cgb, cbb) = (rr * bb - rb * rb, rg * rb - rr * gb, rr * gg - rg * rg);
        var scale = Vector256.Create((double)Window) / (rr * crr + rg * crg + rb * crb);
        for (var i = 0; i < Window; i++)
        {
            var (r, g, b) = (colours[i * 3], colours[i * 3 + 1], colours[i * 3 + 2]);
            solved[i * 3] = (crr * r + crg * g + crb * b) * scale;
            solved[i * 3 + 1] = (crg * r + cgg * g + cgb * b) * scale;
            solved[i * 3 + 2] = (crb * r + cgb * g + cbb * b) * scale;
        }
    }

    // Rows sum to zero: the diagonal is what the couplings leave. Couplings with known subject go to the right-hand side, those with any known
    // pixel out of the matrix.
    static void Close(Stencil stencil, Numbers subject, Numbers right)
    {
        var band = stencil.Band;
        using var ones = new Numbers(band.Size);
        using var sums = new Numbers(band.Size);
        ones.Span.Fill(1);
        stencil.Apply(ones, sums);
        stencil.Apply(subject, right);
        ones.Clear();
        foreach (var run in band.Runs) new Span<double>(ones.At + run.Here, run.Length).Fill(1);
        for (var i = 0; i < band.Size; i++)
        {
            var unknown = ones.At[i];
            stencil.Plane(0)[i] = -sums.At[i] * unknown;
            right.At[i] *= -unknown;
        }
        stencil.KeepWithin(ones);
    }
}
