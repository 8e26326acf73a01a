using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.App;

/// <summary>Uploads are bounded, and however many are read, other requests find a thread.</summary>
public sealed class UploadGateTests
{
    readonly UploadGate gate = new(new UploadOptions { InFlight = 2 });

    [Fact]
    public async Task As_many_uploads_are_read_at_once_as_there_are_processors()
    {
        var (running, most) = (0, 0);
        async Task Chunk()
        {
            for (var read = 0; read < 20; read++)
            {
                var now = Interlocked.Increment(ref running);
                lock (gate) most = Math.Max(most, now);
                Thread.SpinWait(20_000);
                Interlocked.Decrement(ref running);
                await Task.Yield();
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => gate.Read(Chunk, default)));
        most.ShouldBeInRange(1, Environment.ProcessorCount);
    }

    [Fact]
    public async Task What_reading_throws_is_what_the_caller_gets() =>
        await Should.ThrowAsync<InvalidDataException>(() => gate.Read(async () =>
        {
            await Task.Yield();
            throw new InvalidDataException();
        }, default));

    [Fact]
    public void Uploads_beyond_the_bound_are_told_to_come_back()
    {
        using var first = gate.Enter();
        var second = gate.Enter();
        var refused = Should.Throw<RevelaException>(gate.Enter);
        refused.Error.Code.ShouldBe(ErrorCodes.Busy);
        refused.RetryAfter.ShouldNotBeNull();
        second.Dispose();
        second.Dispose();
        gate.Enter().Dispose();
        gate.InFlight.ShouldBe(1);
    }
}
