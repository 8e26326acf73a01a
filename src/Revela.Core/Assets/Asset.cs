namespace Revela.Core.Assets;

/// <summary>An image that Revela keeps, original or derived; a derived one knows its parent, job and step.</summary>
public sealed record Asset
{
    public required Guid Id { get; init; }
    public required string Tenant { get; init; }

    /// <summary>Where its bytes are. Assets with the same result share an object; it goes with the last of them.</summary>
    public required string ObjectKey { get; init; }

    /// <summary>Told by content, never by name or claimed type.</summary>
    public required string ContentType { get; init; }
    public required long Bytes { get; init; }

    /// <summary>Lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Pixels as displayed, EXIF orientation applied.</summary>
    public required int Width { get; init; }
    public required int Height { get; init; }
    public int Frames { get; init; } = 1;

    /// <summary>Known once a job has inspected it, or a small copy of it was made.</summary>
    public PerceptualHash? PerceptualHash { get; init; }

    /// <summary>Those that it has much of; none until its looks are known.</summary>
    public Colours Colours { get; init; }

    public Likeness? Likeness => PerceptualHash is { } hash ? new Likeness(hash, Colours) : null;

    /// <summary>The name it came with, for people; never part of a path.</summary>
    public string? FileName { get; init; }
    public Guid? ParentId { get; init; }
    public Guid? JobId { get; init; }
    public int? StepIndex { get; init; }
    public string? Name { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

public sealed record AssetQuery
{
    public required string Tenant { get; init; }
    public Guid? ParentId { get; init; }
    public Guid? JobId { get; init; }
    public string? Sha256 { get; init; }

    /// <summary>Only originals, or only derived ones.</summary>
    public bool? Derived { get; init; }

    /// <summary>Only what jobs of a pipeline of this name made, as long as those jobs are kept.</summary>
    public string? Pipeline { get; init; }

    /// <summary>Only current pictures of items in this collection.</summary>
    public string? Collection { get; init; }

    /// <summary>Of those, only current pictures of items that bear this label; it needs the collection.</summary>
    public string? Label { get; init; }

    /// <summary>Only inputs of a job in this state; pending and processing both stand for one that has not ended.</summary>
    public Jobs.JobState? State { get; init; }

    /// <summary>Only with this text in the metadata of an item that shows it, or of a job that made it or began with it.</summary>
    public string? Metadata { get; init; }

    /// <summary>Only pictures that have much of this one colour. Found by an index, without reading the rest.</summary>
    public Colours? Colour { get; init; }
    public string? Search { get; init; }
    public string? Cursor { get; init; }
    public int Limit { get; init; } = 50;
}

/// <param name="Distance">Bits of the perceptual hash that differ.</param>
public sealed record Lookalike(Asset Asset, int Distance);

/// <summary>Rows of assets. A row is only ever written after its bytes are durable (law 1).</summary>
public interface IAssetStore
{
    /// <summary>False when an asset of this id is there already: then nothing is written.</summary>
    Task<bool> Add(Asset asset, CancellationToken cancel);

    Task<Asset?> Get(string tenant, Guid id, CancellationToken cancel);

    Task<Jobs.Page<Asset>> List(AssetQuery query, CancellationToken cancel);

    /// <summary>Notes how a tenant's pictures with these bytes look, where that is not known yet.</summary>
    Task NoteLikeness(string tenant, string sha256, Likeness likeness, CancellationToken cancel);

    /// <summary>
    /// Other assets of the tenant that look like this one, nearest first and then newest; none when its looks are not known.
    /// Found by an index, without reading the rest.
    /// </summary>
    /// <param name="distance">The most bits that may differ, 0–<see cref="PerceptualHash.FarthestAlike"/>.</param>
    Task<IReadOnlyList<Lookalike>> FindAlike(Asset asset, int distance, int limit, CancellationToken cancel);

    /// <summary>
    /// Deletes the row unless a job that has not finished reads it (then false with <paramref name="id"/> kept), and dooms its object if it was the last to name it.
    /// </summary>
    Task<bool> Delete(string tenant, Guid id, CancellationToken cancel);

    /// <summary>
    /// Keys of objects that no row names any more, oldest first. They are noted in the transaction that deleted the last row,
    /// so that a crash between row and bytes leaves work for the janitor and never a row without bytes.
    /// </summary>
    Task<IReadOnlyList<string>> Doomed(int limit, CancellationToken cancel);

    /// <summary>Strikes keys off the list once their bytes are gone.</summary>
    Task Buried(IReadOnlyList<string> objectKeys, CancellationToken cancel);

    /// <summary>Which of these keys some asset, checkpoint or open call names, or are doomed already: the rest are orphans.</summary>
    Task<IReadOnlySet<string>> Named(IReadOnlyCollection<string> objectKeys, CancellationToken cancel);

    /// <summary>Bytes of all originals whose jobs still wait: what the intake bounds.</summary>
    Task<long> WaitingBytes(CancellationToken cancel);
}
