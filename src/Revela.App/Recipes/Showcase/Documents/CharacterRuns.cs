using Revela.App.Api;
using Revela.App.Links;
using Revela.Core;
using Revela.Core.Items;
using Revela.Core.Jobs;

namespace Revela.App.Recipes.Showcase.Documents;

/// <summary>How the picture of a character in Firestore stands.</summary>
/// <param name="Status">In the words of the contract.</param>
/// <param name="Url">Of the finished picture.</param>
/// <param name="Error">Why it failed, for a person.</param>
public sealed record CharacterRun(string Status, string? Url = null, string? Error = null)
{
    /// <summary>Its picture cannot be taken in now.</summary>
    public static CharacterRun NotYet { get; } = new("removing-background");

    /// <summary>Its job has not ended.</summary>
    public bool IsUnderWay { get; init; }

    public bool HasEnded => Status is "complete" or "failed";

    public static CharacterRun Failed(string reason) => new("failed", null, reason);
}

/// <summary>The jobs of characters in Firestore: each is submitted once for a claim, whatever dies in between, and speaks through the character's item.</summary>
public sealed class CharacterRuns(
    string store, Characters characters, ProcessCharacter process, CharacterPictures pictures, IItemStore items, IJobStore jobs,
    LinkSigner signer, RevelaOptions options, TimeProvider time, ILogger<CharacterRuns> log)
{
    // What cannot be taken in now is tried for so long, as a job waits for an outage to end.
    static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    /// <summary>As claims name it.</summary>
    public string Store => store;

    /// <summary>How a character that this store has claimed stands; its job is submitted if it was not yet.</summary>
    public async Task<CharacterRun> Of(CharacterDocument document, CancellationToken cancel)
    {
        var id = document.Claim!.Job;
        try
        {
            var character = await characters.Find(Tenant, document.Id, cancel);
            var state = character is null ? null : await ItemState.Of(character, items, jobs, cancel);
            // While another job makes it, it is that one's; once that has ended, the same work is answered from its result.
            if (state is not null && (character!.JobId == id || state.State?.IsFinal() == false)) return await Spell(state, document, cancel);
            if (await jobs.Get(Tenant, id, cancel) is { } job) return await Spell(new ItemState(job.State, job.Error, job.FinishedAt, job), document, cancel);
            await Submit(document, character, cancel);
            return CharacterRun.NotYet with { IsUnderWay = true };
        }
        catch (RevelaException e) when (!e.Error.Retryable || IsOverdue(id))
        {
            return CharacterRun.Failed(e.Error.Message);
        }
        catch (Exception e) when (e is RevelaException or OutageException)
        {
            log.LogInformation("The character {Id} in Firestore waits: {Reason}", document.Id, e.Message);
            return CharacterRun.NotYet;
        }
    }

    string Tenant => options.Showcase.Tenant;

    bool IsOverdue(Guid job) => time.GetUtcNow() - Ids.TimeOf(job) > Patience;

    async Task Submit(CharacterDocument document, Item? known, CancellationToken cancel)
    {
        if (document.ImageUrl is not { Length: > 0 } url) throw Refusals.WrongState(ProcessCharacter.NoImage);
        var picture = await pictures.Take(Tenant, document.Claim!.Job, url, known?.OriginalId, cancel);
        var character = await characters.Put(Tenant, document.Id, document.UserId, document.CharacterName, picture.Id == known?.OriginalId ? null : picture, cancel);
        await process.Submit(character, picture, document.Claim.Job, cancel);
    }

    async Task<CharacterRun> Spell(ItemState state, CharacterDocument document, CancellationToken cancel)
    {
        if (state.IsFailure) return CharacterRun.Failed(state.Error?.Message ?? "It was cancelled.");
        if (state.State != JobState.Completed) return new CharacterRun(Characters.Spell(state)!) { IsUnderWay = true };
        // Read behind the state: the picture came with the same commit as the end of the job.
        var character = await characters.Find(Tenant, document.Id, cancel);
        var url = character is null ? null : characters.ShowcaseLink(character, new Linker(signer, Origin, Tenant));
        return url is null ? CharacterRun.Failed("The character has another image by now.") : new CharacterRun("complete", url);
    }

    // Without a public address there is an emulator on this machine.
    string Origin => options.Links.PublicUrl?.TrimEnd('/') ?? ServerFile.Reachable(options.UrlList[0]).GetLeftPart(UriPartial.Authority);
}
