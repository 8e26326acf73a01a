using System.Buffers.Binary;
using Npgsql;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>Requests by their caller's key, so that one sent twice is answered with its first jobs.</summary>
sealed class Replays
{
    static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);
    const int EntrySize = 24;

    readonly Dictionary<(string Tenant, string Key), (string Fingerprint, Submitted[] Jobs)> known = [];

    public void AskFor(Questions questions, IReadOnlyList<SubmissionDraft> drafts)
    {
        var keys = drafts.Select(draft => draft.Submission.Idempotency).OfType<Idempotency>().ToArray();
        if (keys.Length == 0) return;
        questions.Add(Sql.Of("""
            SELECT tenant, key, fingerprint, batch, jobs FROM revela.idempotency WHERE (tenant, key) IN (SELECT * FROM unnest($1, $2))
            """).Bind(Array.ConvertAll(keys, key => key.Tenant)).Bind(Array.ConvertAll(keys, key => key.Key)), Read, rows =>
        {
            foreach (var (key, request) in rows) known[key] = request;
        });
    }

    /// <summary>The jobs of an earlier request with this key; null when there was none.</summary>
    /// <exception cref="RevelaException"><c>idempotency-mismatch</c>.</exception>
    public Submitted[]? Find(Idempotency asked)
    {
        if (!known.TryGetValue((asked.Tenant, asked.Key), out var earlier)) return null;
        if (earlier.Fingerprint == asked.Fingerprint) return Array.ConvertAll(earlier.Jobs, job => job with { Kind = SubmissionKind.Replayed });
        throw new RevelaException(ErrorCodes.IdempotencyMismatch, "This idempotency key was used before for a different request.");
    }

    /// <summary>Keeps the request. Another server's for the same key meanwhile makes this transaction begin again, and then it is found.</summary>
    public void Keep(Changes changes, Idempotency key, Guid? batch, Submitted[] submitted, DateTimeOffset now)
    {
        known[(key.Tenant, key.Key)] = (key.Fingerprint, submitted);
        changes.First(Sql.Of("INSERT INTO revela.idempotency (tenant, key, fingerprint, batch, jobs, made_at) VALUES ($1, $2, $3, $4, $5, $6)")
            .Bind(key.Tenant).Bind(key.Key).Bind(key.Fingerprint).Bind(batch).Bind(Pack(submitted)).Bind(now));
    }

    public static NpgsqlBatchCommand Prune(DateTimeOffset now) => Sql.Of("DELETE FROM revela.idempotency WHERE made_at < $1").Bind(now - KeptFor);

    static ((string, string), (string, Submitted[])) Read(Row row)
    {
        var key = (row.Text(), row.Text());
        var fingerprint = row.Text();
        var batch = row.GuidOrNull();
        return (key, (fingerprint, Unpack(row.Bytes(), batch)));
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
