using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Revela.Core;

/// <summary>
/// Ids of rows that clients see: UUIDv7 with the fraction of the millisecond behind it (RFC 9562, method 3), so that they sort by the time of
/// their making, and indexes of them grow at their end.
/// </summary>
public static class Ids
{
    // The twelve bits behind the milliseconds tell so many moments of one apart.
    const int Moments = 4096;

    [ThreadStatic] static Randomness? randomness;

    public static Guid New(TimeProvider time)
    {
        var (ms, ticks) = Math.DivRem((time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks, TimeSpan.TicksPerMillisecond);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, ms << 16 | 0x7000 | ticks * Moments / TimeSpan.TicksPerMillisecond);
        (randomness ??= new Randomness()).Take(bytes[8..]);
        bytes[8] = (byte)(bytes[8] & 0x3F | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>When the id was made: its first 48 bits are that time in milliseconds. Of an id that is not one of ours it is any time.</summary>
    public static DateTimeOffset TimeOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        long ms = 0;
        foreach (var b in bytes[..6]) ms = (ms << 8) | b;
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(ms, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
    }

    // The system's generator, asked for many at a time: it is a call of the kernel.
    sealed class Randomness
    {
        readonly byte[] bytes = new byte[1024];
        int left;

        public void Take(Span<byte> to)
        {
            if (left < to.Length)
            {
                RandomNumberGenerator.Fill(bytes);
                left = bytes.Length;
            }
            left -= to.Length;
            bytes.AsSpan(left, to.Length).CopyTo(to);
        }
    }
}
