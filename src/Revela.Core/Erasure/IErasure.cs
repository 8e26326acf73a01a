namespace Revela.Core.Erasure;

/// <summary>Deletes pictures with all that they led to, and shows that nothing of them is left.</summary>
public interface IErasure
{
    /// <summary>
    /// Deletes these pictures in one transaction with everything that was made of them: derived pictures, the jobs that read or made any of them, their
    /// checkpoints, events, messages, notices and reusable results; an item that is one of them goes too, another loses its picture.
    /// Bytes are noted for the janitor. While one of the jobs has not ended nothing is deleted, and the answer names those.
    /// </summary>
    /// <param name="copies">Also every picture of the tenant with the same bytes as one of these.</param>
    Task<Erased> Erase(string tenant, IReadOnlyCollection<Guid> assets, bool copies, CancellationToken cancel);

    /// <summary>Deletes a person with their sessions and notices, and takes their name out of the audit log. False when unknown.</summary>
    Task<bool> ErasePerson(string tenant, Guid person, CancellationToken cancel);

    /// <summary>Where an id of a picture, a job or a person still stands, as table and column, the audit log left out. Reads every row: a proof, not a query.</summary>
    Task<IReadOnlyList<string>> Traces(Guid id, CancellationToken cancel);
}

/// <param name="Unfinished">Jobs that must end first; then nothing was deleted.</param>
/// <param name="Jobs">Ids of those that went.</param>
/// <param name="Assets">Ids of the pictures that went.</param>
/// <param name="Hashes">SHA-256 of their bytes, for whoever keeps something under these.</param>
public sealed record Erased(IReadOnlyList<Guid> Unfinished, IReadOnlyList<Guid> Jobs, IReadOnlyList<Guid> Assets, IReadOnlyList<string> Hashes)
{
    /// <summary>Nothing, since these have not ended.</summary>
    public static Erased NotWhile(IReadOnlyList<Guid> unfinished) => new(unfinished, [], [], []);
}
