using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Revela.App.Api;
using Revela.App.Links;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Items;
using Revela.Core.Jobs;

namespace Revela.App.Recipes.Showcase;

/// <summary>The app's characters: items that keep the picture they came with while the showcase picture is made.</summary>
public sealed partial class Characters(IItemStore items, IJobStore jobs, ShowcaseOptions options, TimeProvider time)
{
    public const string Root = "/api/characters";
    public const string ImageRoot = "/showcase-images";
    public const string OriginalRoot = "/raw-uploads";
    const string Collection = "characters";

    // Without a picture there is no job that could say so.
    const string Failure = "failure";

    public Task<Item?> Find(string tenant, string id, CancellationToken cancel) => items.Get(tenant, Collection, Checked(id, "id"), cancel);

    /// <summary>Makes the character, or changes what is given; a new picture takes the place of the old one and of what was made of it.</summary>
    public async Task<Item> Put(string tenant, string id, string? userId, string? name, Asset? picture, CancellationToken cancel)
    {
        var known = await Find(tenant, id, cancel);
        var metadata = new JsonObject { ["userId"] = Checked(userId ?? UserOf(known), "userId"), ["name"] = name ?? NameOf(known) };
        if (known is null && await items.Add(New(tenant, id, metadata, picture), cancel)) return (await Find(tenant, id, cancel))!;
        return await items.Change(tenant, Collection, id, new ItemChange(metadata, picture?.Id), cancel) ?? throw Refusals.NotFound("character");
    }

    /// <summary>Notes that it cannot be processed as it is, for whoever follows its status.</summary>
    public Task NoteFailure(Item character, string reason, CancellationToken cancel)
    {
        var metadata = (JsonObject)character.Metadata!.DeepClone();
        metadata[Failure] = reason;
        return items.Change(character.Tenant, Collection, character.ExternalId, new ItemChange(metadata), cancel);
    }

    public static string UserOf(Item? character) => character?.Metadata?["userId"]?.ToString() ?? "";

    public static string NameOf(Item? character) => character?.Metadata?["name"]?.ToString() ?? "";

    /// <summary>Where the finished picture is found.</summary>
    public static string KeyOf(Item character) => $"{ImageRoot}/{UserOf(character)}/{character.ExternalId}/showcase_{character.ExternalId}.png";

    /// <summary>Where the picture that it came with is found; null without one.</summary>
    public static string? OriginalKeyOf(Item character) => character.OriginalId is { } original ? $"{OriginalRoot}/{UserOf(character)}/{character.ExternalId}/{original:D}" : null;

    /// <summary>The finished picture; null until there is one.</summary>
    public static Guid? ShowcaseOf(Item character) => character.AssetId != character.OriginalId ? character.AssetId : null;

    /// <summary>A link to the finished picture; null until there is one.</summary>
    public string? ShowcaseLink(Item character, Linker links) =>
        ShowcaseOf(character) is null ? null : options.Public ? links.At(KeyOf(character)) : links.SignedAt(KeyOf(character), options.LinkLifetime);

    public async Task<CharacterView> View(Item character, Linker links, CancellationToken cancel)
    {
        var state = await ItemState.Of(character, items, jobs, cancel);
        var reason = character.Metadata?[Failure]?.ToString();
        var showcase = ShowcaseLink(character, links);
        return new CharacterView(
            new CharacterCore(NameOf(character)), new CharacterMeta(UserOf(character)),
            new CharacterVisuals(
                OriginalKeyOf(character) is { } original ? links.SignedAt(original) : null, showcase,
                showcase is not null && state.State == JobState.Completed, reason is null ? Spell(state) : "failed",
                reason ?? state.Error?.Message, reason is null ? state.Error?.Code : ErrorCodes.WrongState));
    }

    /// <summary>How it stands, in the words of the contract; null before the first run.</summary>
    public static string? Spell(ItemState state) => state.State switch
    {
        null => null,
        JobState.Completed => "complete",
        JobState.Failed or JobState.Cancelled => "failed",
        _ => SpellStep(state.Job),
    };

    // While it waits: what comes next.
    static string SpellStep(Job? job)
    {
        var next = job?.Step ?? job?.Pipeline.Steps.Skip(job.Steps.Count(step => step.State == "completed")).FirstOrDefault()?.Op;
        return next switch
        {
            "convert" => "finalizing",
            "upscale" => "upscaling",
            _ => "removing-background",
        };
    }

    Item New(string tenant, string id, JsonObject metadata, Asset? picture) => new()
    {
        Id = Ids.New(time),
        Tenant = tenant,
        Collection = Collection,
        ExternalId = id,
        Metadata = metadata,
        OriginalId = picture?.Id,
        AssetId = picture?.Id,
        CreatedAt = time.GetUtcNow(),
        UpdatedAt = time.GetUtcNow(),
    };

    // Both are parts of an address.
    static string Checked(string text, string what) => Segment().IsMatch(text)
        ? text
        : throw Refusals.Invalid($"'{what}' must have 1 to 128 letters, digits, '_', '-' and '.', and begin with none of the last.");

    [GeneratedRegex(@"^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}\z")]
    private static partial Regex Segment();
}
