using FsCheck;
using FsCheck.Fluent;
using Revela.Core.Jobs;
using Revela.Services;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

// Random deeds against the in-memory model, and against the invariants where work is shared.
public abstract partial class JobStoreConformance
{
    const int DeedsInARun = 80;

    static int Runs => Soak.IsWhole ? 300 : 30;

    static Arbitrary<Deed[]> Deeds { get; } = Arb.From(
        from verbs in Gen.ArrayOf(Gen.Choose(0, 999), DeedsInARun)
        from a in Gen.ArrayOf(Gen.Choose(0, 999), DeedsInARun)
        from b in Gen.ArrayOf(Gen.Choose(0, 999), DeedsInARun)
        select verbs.Select((verb, i) => new Deed(verb, a[i], b[i])).ToArray(),
        Shorter);

    // Halves first, then without each single deed.
    static IEnumerable<Deed[]> Shorter(Deed[] deeds)
    {
        if (deeds.Length > 1)
        {
            yield return deeds[..(deeds.Length / 2)];
            yield return deeds[(deeds.Length / 2)..];
        }
        for (var i = 0; i < deeds.Length; i++) yield return [.. deeds[..i], .. deeds[(i + 1)..]];
    }

    [SkippableFact]
    public void Whatever_is_done_in_whatever_order_the_store_does_as_the_model_does()
    {
        var run = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs), Prop.ForAll(Deeds, deeds =>
            new JobModelRun(Store, Time, $"model-{run++}").Play(deeds).GetAwaiter().GetResult()));
    }

    [SkippableFact]
    public void Where_work_is_shared_every_job_still_ends_and_the_ledger_adds_up()
    {
        var run = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs), Prop.ForAll(Deeds, deeds => Share(deeds, $"shared-{run++}").GetAwaiter().GetResult()));
    }

    async Task Share(Deed[] deeds, string queue)
    {
        await Store.Queues.Save(new() { Name = queue, Concurrency = 1000 }, None);
        var jobs = new List<Guid>();
        var held = new List<ClaimedJob>();
        foreach (var deed in deeds)
        {
            await ShareOnce(deed, queue, jobs, held);
            await LedgerMustHold();
        }
        await Drain(queue, held);
        foreach (var id in jobs) (await StateOf(id)).IsFinal().ShouldBeTrue();
    }

    async Task ShareOnce(Deed deed, string queue, List<Guid> jobs, List<ClaimedJob> held)
    {
        switch (deed.Verb % 8)
        {
            case 0 or 1 or 2:
                var runAt = deed.B % 5 == 0 ? Time.GetUtcNow().AddSeconds(deed.B % 9) : (DateTimeOffset?)null;
                jobs.Add((await Submit(Draft() with { Queue = queue, ContentKey = $"{queue}-{deed.A % 3}", Priority = deed.B % 3, RunAt = runAt })).JobId);
                break;
            case 3:
                held.AddRange((await Store.Jobs.Claim(Request(1 + deed.A % 2) with { Queues = new HashSet<string> { queue } }, None)).Jobs);
                break;
            case 4 or 5 when held.Count > 0:
                var claimed = held[deed.A % held.Count];
                await Settle(claimed, (deed.B % 6) switch
                {
                    0 => new Ending.Failed(Oops),
                    1 => new Ending.RetryAt(Time.GetUtcNow().AddSeconds(2), Oops),
                    2 => new Ending.GivenBack(),
                    3 => new Ending.Cancelled(),
                    _ => new Ending.Completed([Output(claimed)], null),
                });
                break;
            case 6 when jobs.Count > 0:
                if (deed.B % 2 == 0) await Store.Jobs.Cancel(Tenant, jobs[deed.A % jobs.Count], None);
                else await Store.Jobs.Retry(Tenant, jobs[deed.A % jobs.Count], None);
                break;
            case 7:
                Time.Advance(TimeSpan.FromSeconds(deed.A % 12));
                await Store.Jobs.Rescue(2, None);
                break;
        }
    }

    async Task Drain(string queue, List<ClaimedJob> held)
    {
        foreach (var claimed in held) await Complete(claimed, Output(claimed));
        for (var turn = 0; turn < 100; turn++)
        {
            var claim = await Store.Jobs.Claim(Request() with { Queues = new HashSet<string> { queue } }, None);
            foreach (var claimed in claim.Jobs) await Complete(claimed, Output(claimed));
            if (claim.Jobs.Count == 0 && claim.NextDue is null) return;
            if (claim.NextDue is { } due) Time.MoveTo(due);
        }
    }
}
