using System.Runtime.InteropServices;
using Revela.Core;
using Revela.Imaging.Header;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Header;

/// <summary>Damaged files end as a coded refusal or a plausible header: never as another exception, and never slowly.</summary>
public sealed class HostileHeaderTests
{
    const int FlipsPerFile = 2000;

    [Fact]
    public void Truncated_anywhere_a_file_is_read_or_refused()
    {
        foreach (var file in Files.Samples)
        {
            var bytes = File.ReadAllBytes(file);
            for (var length = 0; length < bytes.Length; length++) Timed(bytes[..length], file);
        }
    }

    [Fact]
    public void With_bytes_flipped_at_random_a_file_is_read_or_refused()
    {
        var random = new Random(20260731);
        foreach (var file in Files.Samples)
        {
            var whole = File.ReadAllBytes(file);
            for (var i = 0; i < FlipsPerFile; i++)
            {
                var bytes = whole.ToArray();
                for (var flips = random.Next(1, 9); flips > 0; flips--) bytes[random.Next(Math.Min(bytes.Length, 600))] = (byte)random.Next(256);
                Timed(bytes, file);
            }
        }
    }

    [Fact]
    public void A_file_of_nothing_but_parts_is_not_walked_without_end()
    {
        var gif = Fill(50_000_000, "GIF89a\x10\0\x10\0\0\0\0\x21\xFE"u8, [1, 7]);
        Timed(gif, "gif of one-byte blocks");
        Timed(Fill(50_000_000, [0xFF, 0xD8, 0xFF], [0xFF, 0xE1, 0, 2]), "jpeg of empty segments");
        Timed(Fill(50_000_000, [0, 0, 0, 16, .. "ftypheic"u8, 0, 0, 0, 0], [0, 0, 0, 8, .. "free"u8]), "heif of empty boxes");
        Timed(Fill(50_000_000, [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 2, 0, 0, 0, 9, 0, 0, 9, 0, 0], [.. "ANMF"u8, 0, 0, 0, 0]), "webp of empty frames");
    }

    [SkippableTheory]
    [InlineData("torture")]
    [InlineData("photos")]
    [InlineData("bibs")]
    [InlineData("samples")]
    public void The_collections_are_read_or_refused_with_a_code(string folder)
    {
        foreach (var file in Files.Shared(folder)) Timed(File.ReadAllBytes(file), file);
    }

    static byte[] Fill(int length, ReadOnlySpan<byte> head, ReadOnlySpan<byte> pattern)
    {
        var bytes = new byte[length];
        head.CopyTo(bytes);
        for (var at = head.Length; at + pattern.Length <= length; at += pattern.Length) pattern.CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    /// <summary>Counts the thread's own processor time, so that a busy machine does not count against the reader, and the second try, which compiles nothing.</summary>
    static void Timed(byte[] bytes, string what)
    {
        for (var compiled = false; ; compiled = true)
        {
            var before = ProcessorTime();
            Read(bytes, what);
            if (ProcessorTime() - before <= TimeSpan.FromMilliseconds(50)) return;
            compiled.ShouldBeFalse(what);
        }
    }

    static TimeSpan ProcessorTime()
    {
        const int ofThisThread = 3;
        Clock(ofThisThread, out var time).ShouldBe(0);
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000);
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    static extern int Clock(int clock, out Moment time);

    struct Moment
    {
        public long Seconds, Nanoseconds;
    }

    static void Read(byte[] bytes, string file)
    {
        try
        {
            var header = new HeaderReader().Read(new MemoryStream(bytes));
            header.Width.ShouldBeInRange(1, HeaderReader.MaxSide, file);
            header.Height.ShouldBeInRange(1, HeaderReader.MaxSide, file);
            header.Frames.ShouldBeInRange(1, HeaderReader.MaxParts, file);
        }
        catch (RevelaException refusal)
        {
            refusal.Error.Code.ShouldBeOneOf("unsupported-format", "broken-image", "empty-input");
            refusal.Error.Retryable.ShouldBeFalse();
        }
    }
}
