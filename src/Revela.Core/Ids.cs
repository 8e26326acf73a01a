namespace Revela.Core;

/// <summary>Ids of rows that clients see: UUIDv7, so that they sort by the time of their making.</summary>
public static class Ids
{
    public static Guid New(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow());

    /// <summary>When the id was made: its first 48 bits are that time in milliseconds. Of an id that is not one of ours it is any time.</summary>
    public static DateTimeOffset TimeOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        long ms = 0;
        foreach (var b in bytes[..6]) ms = (ms << 8) | b;
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(ms, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
    }
}
