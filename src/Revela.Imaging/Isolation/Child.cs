using System.Diagnostics;
using Revela.Core.Pipelines;

namespace Revela.Imaging.Isolation;

/// <summary>One child process as its parent sees it.</summary>
sealed class Child : IDisposable
{
    static long lastRun;

    readonly Process process;
    readonly Stream requests;
    readonly LastWords words;
    readonly Lock sending = new();
    readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource<ChildDeath> died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource heardAll = new();
    volatile ChildRun? current;
    volatile bool garbled;

    public Child(Process process)
    {
        this.process = process;
        Id = process.Id;
        requests = process.StandardInput.BaseStream;
        words = new LastWords(process.StandardError.BaseStream);
        new Thread(Listen, maxStackSize: 512 * 1024) { IsBackground = true, Name = "child's replies" }.Start();
        _ = BuryWhenGone();
    }

    public int Id { get; }

    public int Runs { get; private set; }

    public long Memory => ProcessMemory.Own(Id);

    /// <summary>What of its memory it keeps on purpose for its next runs, as it said last.</summary>
    public int HeldMegabytes { get; private set; }

    /// <summary>Ends when the child has said that it can take runs.</summary>
    public Task Ready => ready.Task;

    public Task<ChildDeath> Died => died.Task;

    /// <summary>One at a time.</summary>
    public ChildRun Begin(StepRun run, long memoryWall, IProgress<StepProgress> progress)
    {
        Runs++;
        var begun = current = new ChildRun(Interlocked.Increment(ref lastRun), progress);
        if (died.Task.IsCompleted) begun.End(new ChildEnd.Died(died.Task.Result));
        else Send(new ChildRequest(ChildRequest.Develop, begun.Id, run, memoryWall));
        return begun;
    }

    public void Cancel(ChildRun run) => Send(new ChildRequest(ChildRequest.Cancel, run.Id));

    public void Kill()
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It was quicker.
        }
    }

    /// <summary>Closes its pipe, at which it ends by itself, and kills it if it does not within a second.</summary>
    public async Task End(TimeProvider time)
    {
        try
        {
            requests.Dispose();
            await died.Task.WaitAsync(TimeSpan.FromSeconds(1), time);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            Kill();
        }
    }

    public void Dispose() => process.Dispose();

    void Send(ChildRequest request)
    {
        try
        {
            lock (sending) Wire.Write(requests, request, WireJson.Dialect.ChildRequest);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It died: the listener ends the run.
        }
    }

    void Listen()
    {
        try
        {
            var replies = process.StandardOutput.BaseStream;
            while (Wire.Read(replies, WireJson.Dialect.ChildReply) is { } reply) Hear(reply);

            // A child that closed its pipe is as good as dead; it gets a second to be so.
            if (!process.WaitForExit(TimeSpan.FromSeconds(1))) Kill();
        }
        catch (WireException)
        {
            garbled = true;
            Kill();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            Kill();
        }
        heardAll.SetResult();
    }

    void Hear(ChildReply reply)
    {
        if (reply.Kind is not (ChildReply.Begun or ChildReply.Progress)) HeldMegabytes = Math.Max(0, reply.HeldMegabytes);
        if (reply.Kind == ChildReply.Ready) ready.TrySetResult();
        else if (current is { } run && run.Id == reply.Id) run.Hear(reply);
    }

    /// <summary>What it said before it died still counts, however late it is heard; but a process of its own may hold the pipe open for ever.</summary>
    async Task BuryWhenGone()
    {
        await process.WaitForExitAsync();
        await Task.WhenAny(heardAll.Task, Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System));
        var death = new ChildDeath(process.ExitCode, words.Text(), garbled);
        died.SetResult(death);
        current?.End(new ChildEnd.Died(death));
    }
}
