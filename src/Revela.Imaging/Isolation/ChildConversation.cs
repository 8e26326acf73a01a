using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Imaging.Models;

namespace Revela.Imaging.Isolation;

/// <summary>The child's side of the talk: begins what it is asked for, and says how it ended.</summary>
sealed class ChildConversation(Stream replies, IStepRunner runner, Func<StepRun, int> reckon) : IDisposable
{
    readonly Lock sending = new();
    readonly LeftHeap left = new();
    CancellationTokenSource cancel = new();
    long current;

    /// <exception cref="WireException">No parent says this.</exception>
    public void Hear(ChildRequest request)
    {
        if (request is { Kind: ChildRequest.Develop, Run: not null }) Begin(request);
        else if (request.Kind != ChildRequest.Cancel) throw new WireException($"'{request.Kind}' is no request");
        else if (request.Id == current) cancel.Cancel();
    }

    public void Send(ChildReply reply)
    {
        lock (sending) Wire.Write(replies, reply, WireJson.Dialect.ChildReply);
    }

    public void Dispose()
    {
        left.Dispose();
        cancel.Dispose();
    }

    void Begin(ChildRequest request)
    {
        cancel.Dispose();
        cancel = new CancellationTokenSource();
        current = request.Id;
        Confinement.RaiseWall(request.MemoryWall);
        Send(new ChildReply(ChildReply.Begun, request.Id));

        var token = cancel.Token;
        _ = Task.Run(async () =>
        {
            left.BeginRun();
            var reply = await Develop(request, token) with { HeldMegabytes = Inference.Here.HeldMegabytes };
            if (reply.IsSuccess) reply = reply with { Reckoned = reckon(request.Run!), Taken = left.Taken() };
            // Before the answer, at which the next run may begin.
            left.EndRun(request.Run!.Megabytes);
            Finish(reply);
        }, CancellationToken.None);
    }

    void Finish(ChildReply reply)
    {
        try
        {
            Send(reply);
        }
        catch (WireException e)
        {
            Send(new ChildReply(ChildReply.Failed, reply.Id, Error: Bug, Detail: e.Message));
        }
    }

    async Task<ChildReply> Develop(ChildRequest request, CancellationToken token)
    {
        try
        {
            return Reply(request.Id, await runner.Run(request.Run!, new WireProgress(this, request.Id), token));
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return new ChildReply(ChildReply.Cancelled, request.Id);
        }
        catch (OutOfMemoryException e)
        {
            Confinement.TakeDownWall();
            return new ChildReply(ChildReply.OutOfMemory, request.Id, Detail: e.Message);
        }
        catch (OutageException e)
        {
            return new ChildReply(ChildReply.Outage, request.Id, Error: e.Error, Detail: e.ToString());
        }
        catch (RevelaException e)
        {
            return new ChildReply(ChildReply.Failed, request.Id, Error: e.Error);
        }
        catch (Exception e)
        {
            return new ChildReply(ChildReply.Failed, request.Id, Error: Bug, Detail: e.ToString());
        }
    }

    static JobError Bug => new(ErrorCodes.Internal, "The steps ended in an error that Revela did not expect.", Retryable: true);

    static ChildReply Reply(long id, StepOutcome outcome) => outcome switch
    {
        StepOutcome.Developed developed => new ChildReply(ChildReply.Developed, id, Result: developed),
        StepOutcome.Seen seen => new ChildReply(ChildReply.Looked, id, Sight: seen),
        StepOutcome.Failed failed => new ChildReply(ChildReply.Failed, id, Error: failed.Error.Error, StepIndex: failed.Error.StepIndex),
        _ => new ChildReply(ChildReply.Failed, id, Error: Bug, Detail: $"a runner inside a child cannot end with {outcome.GetType().Name}"),
    };

    /// <summary>Passes progress on, but no more often than a person can see; who is to blame from now on, always and before the work.</summary>
    sealed class WireProgress(ChildConversation conversation, long id) : IProgress<StepProgress>
    {
        static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(50);
        long last = TimeProvider.System.GetTimestamp();
        int step;
        string? blame;

        public void Report(StepProgress value)
        {
            if (value.StepIndex == step && value.Blame == blame && TimeProvider.System.GetElapsedTime(last) < Gap) return;
            (step, blame, last) = (value.StepIndex, value.Blame, TimeProvider.System.GetTimestamp());
            conversation.Send(new ChildReply(ChildReply.Progress, id, StepIndex: value.StepIndex, Fraction: Math.Clamp(value.Fraction, 0, 1), Blame: value.Blame));
        }
    }
}
