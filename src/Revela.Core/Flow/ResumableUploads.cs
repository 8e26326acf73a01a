using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.Core.Flow;

/// <summary>
/// Pictures that clients send piece by piece, through broken connections and restarts. All that is known of an upload lies in the storage, so that any server
/// goes on with it: its heading, and an object for each piece, named by where it begins. Its id is that of the asset it becomes, and what nobody finishes are
/// orphans for the janitor.
/// </summary>
public sealed class ResumableUploads(IObjectStore objects, IAssetStore assets, Intake intake, ImageLimits limits, TimeProvider time)
{
    /// <summary>Bounds what finding the end of an upload costs.</summary>
    public const int MostPieces = 200;
    const int BufferBytes = 256 * 1024;
    const string ContentType = "application/octet-stream";

    /// <summary>How long after its beginning an upload may go on: as long as the janitor leaves what no row names.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Of a file, in bytes.</summary>
    public long MaxBytes => limits.MaxBytes;

    /// <summary>Begins an upload of exactly so many bytes.</summary>
    /// <param name="metadata">Kept and given back as it is.</param>
    /// <exception cref="RevelaException"><c>empty-input</c> or <c>too-large</c>.</exception>
    public async Task<UploadState> Begin(string tenant, long length, string? fileName, string? metadata, CancellationToken cancel)
    {
        if (length < 1) throw new RevelaException(ErrorCodes.EmptyInput, "The upload holds no bytes.");
        if (length > limits.MaxBytes) throw Reception.TooLarge(limits.MaxBytes);
        var (id, path) = (Ids.New(time), Path.Combine(objects.Scratch, $"{Ids.New(time):N}.heading"));
        try
        {
            await File.WriteAllBytesAsync(path, JsonSerializer.SerializeToUtf8Bytes(new Heading(length, fileName, metadata), RevelaJson.Options), cancel);
            await objects.Put(ObjectKeys.UploadHeading(id, tenant), path, ContentType, cancel);
        }
        finally
        {
            File.Delete(path);
        }
        return new UploadState(id, length, 0, 0, metadata, EndOf(id));
    }

    /// <summary>How far an upload is; one that has all its bytes becomes an asset here, if it has not yet. Null when there is none of this id, or its time is over.</summary>
    /// <exception cref="RevelaException">What <see cref="Intake"/> says of a file that it does not take; its bytes are gone then.</exception>
    public async Task<UploadState?> Find(string tenant, Guid id, CancellationToken cancel)
    {
        if (await assets.Get(tenant, id, cancel) is { } asset) return new UploadState(id, asset.Bytes, asset.Bytes, 0, null, EndOf(id));
        if (!IsOpen(id) || await ReadHeading(tenant, id, cancel) is not { } heading) return null;
        var pieces = await Pieces(tenant, id, heading.Length, cancel);
        var offset = pieces.Sum(piece => piece.Bytes);
        if (offset == heading.Length) await Finish(tenant, id, heading, pieces, cancel);
        return new UploadState(id, heading.Length, offset, pieces.Count, heading.Metadata, EndOf(id));
    }

    /// <summary>Takes the next piece. What arrived before a connection broke is kept, unless it comes with a check.</summary>
    /// <param name="at">As it was found; the piece begins where it ends.</param>
    /// <exception cref="RevelaException"><c>too-large</c> for more bytes than were announced, <c>checksum-mismatch</c>, <c>invalid-request</c> for too many pieces, or what <see cref="Find"/> says of a whole file. Of a piece that is refused nothing is kept.</exception>
    public async Task<UploadState> Append(string tenant, UploadState at, Stream body, PieceCheck? check, CancellationToken cancel)
    {
        if (at.Offset == at.Length) return at;
        if (at.Pieces >= MostPieces) throw new RevelaException(ErrorCodes.InvalidRequest, $"An upload may come in at most {MostPieces} pieces.");
        var path = Path.Combine(objects.Scratch, $"{Ids.New(time):N}.piece");
        try
        {
            var bytes = await Receive(body, path, at.Length - at.Offset, check, cancel);
            if (bytes == 0) return at;
            // Kept even if its client has gone: it will ask how far it came.
            await objects.Put(ObjectKeys.UploadPiece(at.Id, tenant, at.Offset), path, ContentType, CancellationToken.None);
            return at.Offset + bytes < at.Length ? at with { Offset = at.Offset + bytes, Pieces = at.Pieces + 1 } : await Find(tenant, at.Id, CancellationToken.None) ?? at;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Forgets an upload that is not finished, with its bytes. False when there is none.</summary>
    public async Task<bool> End(string tenant, Guid id, CancellationToken cancel)
    {
        if (await ReadHeading(tenant, id, cancel) is not { } heading) return false;
        await Forget(tenant, id, await Pieces(tenant, id, heading.Length, cancel), cancel);
        return true;
    }

    async Task Finish(string tenant, Guid id, Heading heading, IReadOnlyList<Piece> pieces, CancellationToken cancel)
    {
        try
        {
            await using var whole = new JoinedStream([.. pieces.Select(piece => piece.Key)], objects);
            await intake.Accept(tenant, whole, heading.FileName, cancel, id);
            await Forget(tenant, id, pieces, cancel);
        }
        catch (RevelaException refused) when (!refused.Error.Retryable)
        {
            await Forget(tenant, id, pieces, cancel);
            throw;
        }
    }

    // The heading goes first: without it nothing goes on, and pieces that stay behind are orphans.
    async Task Forget(string tenant, Guid id, IReadOnlyList<Piece> pieces, CancellationToken cancel)
    {
        await objects.Delete(ObjectKeys.UploadHeading(id, tenant), cancel);
        foreach (var piece in pieces) await objects.Delete(piece.Key, cancel);
    }

    async Task<Heading?> ReadHeading(string tenant, Guid id, CancellationToken cancel)
    {
        await using var bytes = await objects.Open(ObjectKeys.UploadHeading(id, tenant), cancel);
        return bytes is null ? null : await JsonSerializer.DeserializeAsync<Heading>(bytes, RevelaJson.Options, cancel);
    }

    // Each begins where the one before it ends; whatever does not is not part of the file.
    async Task<IReadOnlyList<Piece>> Pieces(string tenant, Guid id, long length, CancellationToken cancel)
    {
        var pieces = new List<Piece>();
        for (long offset = 0; offset < length && pieces.Count <= MostPieces; offset += pieces[^1].Bytes)
        {
            var key = ObjectKeys.UploadPiece(id, tenant, offset);
            await using var bytes = await objects.Open(key, cancel);
            if (bytes is null) break;
            pieces.Add(new Piece(key, bytes.Length));
        }
        return pieces;
    }

    static async Task<long> Receive(Stream body, string path, long most, PieceCheck? check, CancellationToken cancel)
    {
        using var hash = check is null ? null : IncrementalHash.CreateHash(check.Algorithm);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        long total = 0;
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            for (int read; (read = await Read(body, buffer, isKept: check is null, cancel)) > 0;)
            {
                total += read;
                if (total > most) throw new RevelaException(ErrorCodes.TooLarge, "The piece is longer than what is left of the upload.");
                hash?.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (check is not null && !hash!.GetHashAndReset().AsSpan().SequenceEqual(check.Hash)) throw new RevelaException(ErrorCodes.ChecksumMismatch, "The piece does not have the checksum that it was sent with.", retryable: true);
        return total;
    }

    static async Task<int> Read(Stream body, byte[] buffer, bool isKept, CancellationToken cancel)
    {
        try
        {
            return await body.ReadAsync(buffer, cancel);
        }
        catch (Exception e) when (isKept && e is (IOException or OperationCanceledException))
        {
            return 0;
        }
    }

    // Of an id that is not one of ours the time may be any.
    bool IsOpen(Guid id) => (time.GetUtcNow() - Ids.TimeOf(id)).Duration() <= Lifetime;

    static DateTimeOffset EndOf(Guid id) => Ids.TimeOf(id) + Lifetime;

    sealed record Heading(long Length, string? FileName, string? Metadata);

    sealed record Piece(string Key, long Bytes);
}

/// <param name="Offset">Bytes that are kept, in one row from the first.</param>
/// <param name="Pieces">How many they came in.</param>
public sealed record UploadState(Guid Id, long Length, long Offset, int Pieces, string? Metadata, DateTimeOffset ExpiresAt)
{
    public bool IsFinished => Offset == Length;
}

/// <summary>The hash that a piece must have.</summary>
public sealed record PieceCheck(HashAlgorithmName Algorithm, byte[] Hash);
