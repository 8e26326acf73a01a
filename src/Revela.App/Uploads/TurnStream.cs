namespace Revela.App.Uploads;

/// <summary>
/// A body that waits for one of a few slots before its first byte and gives it back after the last, so that uploads finish one after
/// another instead of all late. A client that lets its slot wait, or takes long over all, goes on without one: slow clients need
/// little of a processor and hold up nobody.
/// </summary>
public sealed class TurnStream(Stream body, SemaphoreSlim slots, TimeProvider time) : Stream
{
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(2);

    enum Turn { Waiting, Mine, Over }

    Turn turn;
    long began;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel = default)
    {
        if (turn == Turn.Waiting)
        {
            await slots.WaitAsync(cancel);
            (turn, began) = (Turn.Mine, time.GetTimestamp());
        }
        var reading = body.ReadAsync(buffer, cancel);
        var read = turn == Turn.Over || reading.IsCompleted ? await reading : await ReadPatiently(reading.AsTask());
        if (read == 0 || (turn == Turn.Mine && time.GetElapsedTime(began) > LongestTurn)) EndTurn();
        return read;
    }

    async Task<int> ReadPatiently(Task<int> reading)
    {
        try
        {
            return await reading.WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            // It may have ended in this very moment; then the turn is over all the same.
            EndTurn();
            return await reading;
        }
    }

    void EndTurn()
    {
        if (turn == Turn.Mine) slots.Release();
        turn = Turn.Over;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancel) => ReadAsync(buffer.AsMemory(offset, count), cancel).AsTask();

    protected override void Dispose(bool disposing)
    {
        if (disposing) EndTurn();
        base.Dispose(disposing);
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Uploads are read asynchronously.");
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
