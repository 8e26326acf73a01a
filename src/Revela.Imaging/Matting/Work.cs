namespace Revela.Imaging.Matting;

/// <summary>Work in shares that are cut the same on every machine, so that results do not hang on the number of processors.</summary>
static class Work
{
    /// <summary>Runs the shares side by side; a single one on the calling thread.</summary>
    public static void Share(int shares, Action<int> run)
    {
        if (shares == 1) run(0);
        else if (shares > 1) Parallel.For(0, shares, run);
    }
}
