namespace Revela.Imaging.Matting;

/// <summary>
/// One V-cycle over bands of halving size as a symmetric preconditioner: what is smooth on a band is solved on the next smaller one
/// (Briggs, Henson and McCormick, A Multigrid Tutorial, chapter 3).
/// </summary>
sealed class Multigrid : IDisposable
{
    // Bands this small are solved directly.
    const int Direct = 400;

    readonly Chebyshev smoother;
    readonly Numbers rest;
    readonly Transfer? transfer;
    readonly Stencil? coarse;
    readonly Multigrid? next;
    readonly DenseSolver? dense;
    readonly Numbers? below, correction;

    public Multigrid(Stencil matrix, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        smoother = new Chebyshev(matrix);
        rest = new Numbers(matrix.Band.Size);
        if (matrix.Band.Count <= Direct)
        {
            dense = new DenseSolver(matrix);
            return;
        }
        transfer = new Transfer(matrix.Band);
        if (transfer.Coarse.Count == 0) return;
        coarse = Galerkin.Coarsen(matrix, transfer.Coarse);
        next = new Multigrid(coarse, cancel);
        (below, correction) = (new Numbers(coarse.Band.Size), new Numbers(coarse.Band.Size));
    }

    /// <summary>Overwrites the result with an approximate solution of matrix × result = right.</summary>
    public void Solve(Numbers right, Numbers result)
    {
        if (dense is not null)
        {
            dense.Solve(right, result);
            return;
        }
        result.Clear();
        right.Span.CopyTo(rest.Span);
        smoother.Smooth(rest, result);
        if (next is not null)
        {
            smoother.Settle(rest);
            transfer!.Restrict(rest, below!);
            next.Solve(below!, correction!);
            transfer.Prolong(correction!, result);
        }
        smoother.Residual(right, result, rest);
        smoother.Smooth(rest, result);
    }

    public void Dispose()
    {
        smoother.Dispose();
        rest.Dispose();
        next?.Dispose();
        coarse?.Dispose();
        transfer?.Dispose();
        below?.Dispose();
        correction?.Dispose();
    }
}
