namespace Revela.Core.Assets;

/// <summary>
/// Bytes by key. Throws <see cref="OutageException"/> when the storage is away, so that no image pays for it (law 7).
/// One conformance suite proves each adapter.
/// </summary>
public interface IObjectStore
{
    /// <summary>A folder for files on their way in; a file made here becomes an object without a copy where the store allows it.</summary>
    string Scratch { get; }

    /// <summary>Makes areas or buckets that are absent and proves that they can be written.</summary>
    Task Prepare(CancellationToken cancel);

    /// <summary>Makes the file at <paramref name="path"/> the object; the file is gone afterwards. Durable when the task completes (law 1). Overwrites.</summary>
    Task Put(string key, string path, string contentType, CancellationToken cancel);

    /// <summary>A local file with the object's bytes, to be read only and disposed; null when there is no such object.</summary>
    Task<LocalFile?> Fetch(string key, CancellationToken cancel);

    /// <summary>The object's bytes as a stream that can seek; null when there is no such object.</summary>
    Task<Stream?> Open(string key, CancellationToken cancel);

    /// <summary>Deletes the object; absent is fine.</summary>
    Task Delete(string key, CancellationToken cancel);

    /// <summary>All objects of an area, in no order.</summary>
    IAsyncEnumerable<ObjectInfo> List(string area, CancellationToken cancel);

    /// <summary>A link that a client can load by itself until the time; null when the store has none of its own.</summary>
    Uri? Presign(string key, TimeSpan validFor) => null;

    /// <summary>A link by which a client can put the object by itself until the time, with this content type and exactly so many bytes; null when the store has none of its own.</summary>
    UploadLink? PresignUpload(string key, string contentType, long bytes, TimeSpan validFor) => null;
}

/// <summary>Where to PUT bytes.</summary>
/// <param name="Headers">Sent along, each with this value: the signature covers them.</param>
public sealed record UploadLink(Uri Url, IReadOnlyDictionary<string, string> Headers);

public sealed record ObjectInfo(string Key, long Bytes, DateTimeOffset WrittenAt);

/// <summary>A file to read. Disposing it removes it if it was a copy.</summary>
public sealed class LocalFile(string path, bool isCopy) : IDisposable
{
    public string Path { get; } = path;

    public void Dispose()
    {
        if (isCopy) File.Delete(Path);
    }
}
