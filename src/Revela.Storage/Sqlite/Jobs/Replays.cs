using System.Buffers.Binary;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>Requests by their caller's key, so that one sent twice is answered with its first jobs.</summary>
static class Replays
{
    static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);
    const int EntrySize = 24;

    public static IReadOnlyList<Submitted>? Find(WriteTransaction tx, Idempotency key)
    {
        using var query = tx.Db.Use("SELECT fingerprint, batch, jobs FROM idempotency WHERE tenant = ? AND key = ?");
        if (!query.Bind(key.Tenant).Bind(key.Key).Step()) return null;
        if (query.Text(0) != key.Fingerprint)
            throw new RevelaException(ErrorCodes.IdempotencyMismatch, "This idempotency key was used before for a different request.");
        return Unpack(query.Bytes(2), query.GuidOrNull(1));
    }

    public static void Keep(WriteTransaction tx, Idempotency key, Guid? batch, Submitted[] submitted)
    {
        using var insert = tx.Db.Use("INSERT INTO idempotency (tenant, key, fingerprint, batch, jobs, made_at) VALUES (?, ?, ?, ?, ?, ?)");
        insert.Bind(key.Tenant).Bind(key.Key).Bind(key.Fingerprint).Bind(batch).Bind(Pack(submitted)).Bind(tx.Now).Run();
    }

    public static void Prune(WriteTransaction tx)
    {
        using var delete = tx.Db.Use("DELETE FROM idempotency WHERE made_at < ?");
        delete.Bind(tx.Now - KeptFor).Run();
    }

    // Id (16 bytes) and number (8 bytes) of each job, in order.
    static byte[] Pack(Submitted[] submitted)
    {
        var bytes = new byte[submitted.Length * EntrySize];
        for (var i = 0; i < submitted.Length; i++)
        {
            var entry = bytes.AsSpan(i * EntrySize, EntrySize);
            submitted[i].JobId.TryWriteBytes(entry, bigEndian: true, out _);
            BinaryPrimitives.WriteInt64BigEndian(entry[16..], submitted[i].Seq);
        }
        return bytes;
    }

    static Submitted[] Unpack(byte[] bytes, Guid? batch)
    {
        var submitted = new Submitted[bytes.Length / EntrySize];
        for (var i = 0; i < submitted.Length; i++)
        {
            var entry = bytes.AsSpan(i * EntrySize, EntrySize);
            submitted[i] = new Submitted(new Guid(entry[..16], bigEndian: true), BinaryPrimitives.ReadInt64BigEndian(entry[16..]), SubmissionKind.Replayed, batch);
        }
        return submitted;
    }
}
