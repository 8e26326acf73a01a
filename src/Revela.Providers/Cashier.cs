using System.Globalization;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Core.Pipelines;

namespace Revela.Providers;

/// <summary>
/// Makes calls once their money is set aside and their turn has come, and settles them with the store. One with a picture stays open until
/// what is made of it is kept; a paid one without an answer that can be used, until a person has looked at it (law 4).
/// </summary>
public sealed class Cashier(ICallStore calls, IObjectStore objects, ServiceMeter meter, CallOptions options, TimeProvider time)
{
    const int MostTries = 4;

    /// <summary>Longer waits are not spent inside an attempt.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // For services that do not say how long to wait: inside an attempt, before the job is parked, and until money is looked for again.
    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.5), LongWait = TimeSpan.FromMinutes(1), MoneyWait = TimeSpan.FromMinutes(10);

    /// <summary>The call that its answer belongs to, to be closed by whoever keeps what it gave; 0 when none was made.</summary>
    public sealed record Sold(ServiceAnswer Answer, long Number);

    /// <exception cref="RevelaException"><c>stale-lease</c>: nothing was sent.</exception>
    public async Task<Sold> Buy(OutsideEngine engine, StepTicket ticket, ServiceCall call, CancellationToken cancel)
    {
        var wanted = new NewCall(ticket, engine.Name, engine.UsdFor(call.Step), engine.Limits, MayRepeat(engine));
        for (var tries = 1; ; tries++)
        {
            var permit = await WaitForTurn(wanted, cancel);
            if (permit is CallPermit.Answered answered) return await TakeUp(engine, call, answered, cancel);
            if (permit is not CallPermit.Granted granted) return new Sold(Denied(permit, engine), 0);
            var answer = await Send(engine, call, granted.Number, cancel);
            if (engine.IsPaid && answer is ServiceAnswer.Picture picture) await PutAway(picture, ticket, granted.Number);
            if (WhyShut(engine, answer, tries) is { } why)
            {
                await calls.Shut(engine.Name, why, CancellationToken.None);
                if (answer is ServiceAnswer.RateLimited && tries < MostTries && why.Until - time.GetUtcNow() <= Patience) continue;
                answer = new ServiceAnswer.Withheld(why);
            }
            return new Sold(answer, granted.Number);
        }
    }

    /// <summary>What was bought cannot be used, and took so much; null when nobody knows.</summary>
    public Task WriteOff(Sold sold, decimal? usd) => calls.End(sold.Number, usd, CancellationToken.None);

    /// <summary>Whether a call that may have been paid for may be made again by itself.</summary>
    public bool MayRepeat(OutsideEngine engine) => options.RepeatPossiblyPaid || !engine.IsPaid;

    // Before anything is made of it: from here on a death costs nothing.
    async Task PutAway(ServiceAnswer.Picture picture, StepTicket ticket, long number)
    {
        var (key, copy) = (ObjectKeys.Reply(ticket.JobId, ticket.Lease, ticket.StepIndex), $"{picture.Path}-kept");
        try
        {
            File.Copy(picture.Path, copy, overwrite: true);
            await objects.Put(key, copy, ObjectKeys.ContentType(key), CancellationToken.None);
            await calls.Answer(number, new CallReply(key, picture.By, picture.CostUsd, picture.Notes), CancellationToken.None);
        }
        catch (OutageException)
        {
            // What is made of it may still find a place; if not, the call is possibly paid.
        }
    }

    async Task<Sold> TakeUp(OutsideEngine engine, ServiceCall call, CallPermit.Answered answered, CancellationToken cancel)
    {
        var reply = answered.Reply;
        using var file = await objects.Fetch(reply.ObjectKey, cancel);
        if (file is null)
        {
            if (MayRepeat(engine)) await calls.End(answered.Number, null, CancellationToken.None);
            return new Sold(new ServiceAnswer.Unanswered($"{engine.Name} was called for this step, and what it gave was deleted before anything was made of it."), answered.Number);
        }
        File.Copy(file.Path, call.ReplyPath, overwrite: true);
        return new Sold(new ServiceAnswer.Picture(call.ReplyPath, reply.By, reply.Notes) { CostUsd = reply.Usd }, answered.Number);
    }

    async Task<CallPermit> WaitForTurn(NewCall wanted, CancellationToken cancel)
    {
        var patience = time.GetUtcNow() + Patience;
        while (true)
        {
            var permit = await calls.Begin(wanted, cancel);
            if (permit is not CallPermit.Withheld { Why: { Code: ParkCodes.RateLimited, Until: { } until } } || until > patience) return permit;
            // A little more than was asked for, so that a fleet does not come back in step; never less.
            var wait = until - time.GetUtcNow() + TimeSpan.FromMilliseconds(250 * Random.Shared.NextDouble());
            if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancel);
        }
    }

    async Task<ServiceAnswer> Send(OutsideEngine engine, ServiceCall call, long number, CancellationToken cancel)
    {
        ServiceAnswer answer;
        var began = time.GetTimestamp();
        try
        {
            answer = await engine.Call(call, cancel);
        }
        catch (OperationCanceledException)
        {
            // None was under way.
            await calls.End(number, 0, CancellationToken.None);
            throw;
        }
        meter.Note(engine, answer, time.GetElapsedTime(began));
        if (answer is ServiceAnswer.Broken or ServiceAnswer.Unanswered)
        {
            if (MayRepeat(engine)) await calls.End(number, engine.IsPaid ? null : 0, CancellationToken.None);
        }
        else if (answer is not ServiceAnswer.Picture) await calls.End(number, answer.CostUsd, CancellationToken.None);
        return answer;
    }

    Parked? WhyShut(OutsideEngine engine, ServiceAnswer answer, int tries) => answer switch
    {
        ServiceAnswer.RateLimited { After: { } after } => RateLimited(engine, after),
        ServiceAnswer.RateLimited => RateLimited(engine, tries < MostTries ? FirstWait * Math.Pow(2, tries - 1) : LongWait),
        ServiceAnswer.QuotaSpent spent => new Parked(ParkCodes.Quota, spent.Reason, spent.Until),
        ServiceAnswer.OutOfCredit empty => new Parked(ParkCodes.OutOfCredit, empty.Reason, time.GetUtcNow() + MoneyWait),
        _ => null,
    };

    Parked RateLimited(OutsideEngine engine, TimeSpan after) => new(ParkCodes.RateLimited, $"{engine.Name} takes no more calls for now.", time.GetUtcNow() + after);

    static ServiceAnswer Denied(CallPermit permit, OutsideEngine engine) => permit switch
    {
        CallPermit.StillOpen { Earlier: var earlier } => new ServiceAnswer.Unanswered(string.Create(
            CultureInfo.InvariantCulture, $"{engine.Name} was called for this step at {earlier.At:u} (about ${earlier.Usd:0.####}), and the attempt ended before an answer was kept.")),
        CallPermit.Withheld { Why: var why } => new ServiceAnswer.Withheld(why),
        _ => throw new RevelaException(ErrorCodes.StaleLease, "The lease ended before the call was made."),
    };
}
