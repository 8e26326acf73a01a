namespace Revela.Storage.Postgres.Jobs;

/// <summary>Takes jobs back from workers that went silent; compares the lease it saw (law 3).</summary>
static class Rescuing
{
    // Bounds one transaction when a large worker died.
    const int MostAtOnce = 1000;

    /// <summary>How many were taken back; at <see cref="MostAtOnce"/> there may be more.</summary>
    public static async Task<int> Rescue(Transaction tx, int maxLosses)
    {
        var expired = await tx.Query(Sql.Of($"SELECT lease, job FROM revela.leases WHERE expires_at <= $1 ORDER BY lease LIMIT {MostAtOnce}").Bind(tx.Now), row => (Lease: row.Long(), Job: row.Guid())).ConfigureAwait(false);
        if (expired.Count == 0) return 0;
        var book = await LeaseBook.CloseExpired(tx, [.. expired.Select(held => held.Lease)], [.. expired.Select(held => held.Job)], tx.Now).ConfigureAwait(false);
        var attempts = new Attempts(tx, book);
        foreach (var leased in book.Rest.OrderBy(leased => leased.Lease)) attempts.Lose(leased, maxLosses);
        await attempts.Finishing.Items.Write().ConfigureAwait(false);
        return book.Rest.Count;
    }

    public static Task<int> ExpireLeases(Transaction tx, string worker) =>
        tx.Run(Sql.Of("UPDATE revela.leases SET expires_at = 'epoch' WHERE worker = $1").Bind(worker));
}
