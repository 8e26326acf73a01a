namespace Revela.Storage.Rows;

/// <summary>How many writes came too late, under a lease that was gone: each changed no row (law 3).</summary>
sealed class StaleWrites
{
    long count;

    public long Total => Interlocked.Read(ref count);

    public void Count() => Interlocked.Increment(ref count);

    public bool Refuse()
    {
        Count();
        return false;
    }
}
