using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Queues;
using Revela.Providers.Firestore;

namespace Revela.App.Recipes.Showcase.Documents;

/// <summary>
/// Makes the pictures of characters that an app asks for in Firestore, and writes back how they stand, as it happens. Every write insists on the document as it
/// was read: of several Revelas one gets a character, and one that died is followed when its claim ends. Of one store's servers one watches for all.
/// </summary>
public sealed class CharacterWatch(
    FirestoreClient firestore, CharacterRuns runs, ShowcaseOptions options, ISignals signals, IWorkerStore workers, WorkerInfo identity, WorkerOptions work,
    TimeProvider time, ILogger<CharacterWatch> log) : BackgroundService
{
    /// <summary>Characters that are claimed at a time, and of these so many attended to side by side: a picture that comes slowly holds up few.</summary>
    const int MostHeld = 100, SideBySide = 8;

    // Events come by the thousand where much is done: one look for all of them.
    static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);

    /// <summary>By name: claimed by this store, as they were last written.</summary>
    readonly ConcurrentDictionary<string, CharacterDocument> held = new(StringComparer.Ordinal);

    DateTimeOffset nextLook;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var duty = new Duty("firestore", workers, identity, work, time);
        while (!stopping.IsCancellationRequested)
        {
            var seen = signals.Version(Signal.Events);
            try
            {
                if (await duty.IsMine(stopping)) await Turn(stopping);
                else held.Clear();
            }
            catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
            {
                held.Clear();
                log.LogWarning(e is OutageException or RevelaException ? null : e, "Characters in Firestore could not be looked at; trying again in {Pause}: {Reason}", options.LookEvery, e.Message);
            }
            await Task.Delay(Rest, time, stopping);
            await signals.Wait(Signal.Events, seen, UntilNextTurn(), stopping);
        }
    }

    // Often enough to keep the duty, too.
    TimeSpan UntilNextTurn()
    {
        var look = nextLook - time.GetUtcNow();
        return look > work.RescueEvery ? work.RescueEvery : look > TimeSpan.Zero ? look : TimeSpan.Zero;
    }

    async Task Turn(CancellationToken cancel)
    {
        await AttendAll(held.Values, cancel);
        if (time.GetUtcNow() < nextLook) return;
        nextLook = time.GetUtcNow() + options.LookEvery;
        var query = CharacterDocument.Wanted;
        while (held.Count < MostHeld)
        {
            var page = await firestore.Find(query, cancel);
            await AttendAll(page.Where(found => !held.ContainsKey(found.Name)).Select(found => new CharacterDocument(found)), cancel);
            if (page.Count < query.Limit) return;
            query = query with { After = page[^1].Name };
        }
    }

    Task AttendAll(IEnumerable<CharacterDocument> documents, CancellationToken cancel) =>
        Parallel.ForEachAsync(documents.ToArray(), new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancel }, Attend);

    async ValueTask Attend(CharacterDocument document, CancellationToken cancel)
    {
        try
        {
            if (await Claimed(document, cancel) is { } mine) await Advance(mine, cancel);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutageException))
        {
            // Of this document alone: the others shall not wait for it.
            held.TryRemove(document.Name, out _);
            log.LogError(e, "The character {Id} in Firestore could not be looked at", document.Id);
        }
    }

    /// <summary>The document with a claim of this store; null while another has it, or enough are claimed.</summary>
    async Task<CharacterDocument?> Claimed(CharacterDocument document, CancellationToken cancel)
    {
        if (document.Claim?.Store == runs.Store) return document;
        var now = time.GetUtcNow();
        if ((document.Claim is { } other && other.Until > now) || held.Count >= MostHeld) return null;
        return await Write(document, CharacterDocument.Held(new CharacterClaim(runs.Store, Ids.New(time), now + options.ClaimFor), status: null), cancel);
    }

    async Task Advance(CharacterDocument document, CancellationToken cancel)
    {
        var (claim, run, now) = (document.Claim!, await runs.Of(document, cancel), time.GetUtcNow());
        var isCurrent = run.Status == document.Status && claim.Until - now > options.ClaimFor / 2;
        // When somebody else wrote since, nothing is written, and the next look reads what is there now.
        var known = isCurrent ? document
            : await Write(document, run.HasEnded ? CharacterDocument.Ended(run) : CharacterDocument.Held(claim with { Until = now + options.ClaimFor }, run.Status), cancel);
        if (known is not null && run.IsUnderWay) held[document.Name] = known;
        else held.TryRemove(document.Name, out _);
    }

    async Task<CharacterDocument?> Write(CharacterDocument document, IReadOnlyDictionary<string, JsonNode?> changes, CancellationToken cancel) =>
        await firestore.Write(document.Source, changes, cancel) is { } written ? new CharacterDocument(written) : null;
}
