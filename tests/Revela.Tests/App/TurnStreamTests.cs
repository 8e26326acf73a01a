using System.IO.Pipelines;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.App;

/// <summary>Uploads are read in turn, and none holds up the others by being slow.</summary>
public sealed class TurnStreamTests
{
    readonly UploadGate gate = new(new UploadOptions { Readers = 1, InFlight = 2 }, TimeProvider.System);
    readonly byte[] buffer = new byte[16];

    [Fact]
    public async Task The_second_upload_is_read_when_the_first_has_ended()
    {
        await using var first = gate.InTurn(new MemoryStream([1, 2]));
        await using var second = gate.InTurn(new MemoryStream([3]));
        (await first.ReadAsync(buffer)).ShouldBe(2);
        var waiting = second.ReadAsync(buffer).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        (await first.ReadAsync(buffer)).ShouldBe(0);
        (await waiting).ShouldBe(1);
    }

    [Fact]
    public async Task A_client_that_sends_nothing_holds_up_nobody()
    {
        var silent = new Pipe();
        await using var first = gate.InTurn(silent.Reader.AsStream());
        await using var second = gate.InTurn(new MemoryStream([3]));
        var stuck = first.ReadAsync(buffer).AsTask();
        (await second.ReadAsync(buffer)).ShouldBe(1);
        await silent.Writer.WriteAsync(new byte[] { 1, 2, 3 });
        (await stuck).ShouldBe(3);
    }

    [Fact]
    public async Task An_upload_that_breaks_off_gives_its_turn_to_the_next()
    {
        var first = gate.InTurn(new MemoryStream([1]));
        (await first.ReadAsync(buffer)).ShouldBe(1);
        await using var second = gate.InTurn(new MemoryStream([3]));
        var waiting = second.ReadAsync(buffer).AsTask();
        await first.DisposeAsync();
        (await waiting).ShouldBe(1);
    }

    [Fact]
    public async Task Waiting_for_a_turn_can_be_given_up()
    {
        await using var first = gate.InTurn(new MemoryStream([1]));
        await first.ReadExactlyAsync(buffer.AsMemory(0, 1));
        await using var second = gate.InTurn(new MemoryStream([3]));
        using var leave = new CancellationTokenSource();
        var waiting = second.ReadAsync(buffer, leave.Token).AsTask();
        await leave.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }

    [Fact]
    public void Uploads_beyond_the_bound_are_told_to_come_back()
    {
        using var first = gate.Enter();
        using var second = gate.Enter();
        var refused = Should.Throw<RevelaException>(gate.Enter);
        refused.Error.Code.ShouldBe(ErrorCodes.Busy);
        refused.RetryAfter.ShouldNotBeNull();
        second.Dispose();
        second.Dispose();
        gate.InFlight.ShouldBe(1);
        using var again = gate.Enter();
    }
}
