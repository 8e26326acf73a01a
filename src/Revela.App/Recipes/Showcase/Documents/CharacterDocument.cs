using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.Providers.Firestore;

namespace Revela.App.Recipes.Showcase.Documents;

/// <summary>A character as the app keeps it in Firestore: what is read there, and what is written back.</summary>
public sealed record CharacterDocument(FirestoreDocument Source)
{
    const string ImagePath = "visuals.imageUrl", UserPath = "meta.userId", NamePath = "core.name", StatusPath = "visuals.showcaseProcessingStatus", LeasePath = "visuals.showcaseLease";

    /// <summary>Characters whose picture is wanted or being made, and of them no more than is needed.</summary>
    public static FirestoreQuery Wanted { get; } = new("characters", StatusPath, ["removing-background", "upscaling", "finalizing"])
    {
        Fields = [ImagePath, UserPath, NamePath, StatusPath, LeasePath],
    };

    public string Id => Source.Id;
    public string Name => Source.Name;
    public string? ImageUrl => Text(ImagePath);
    public string? UserId => Text(UserPath);
    public string? CharacterName => Text(NamePath);
    public string? Status => Text(StatusPath);

    /// <summary>Who makes its picture; null when nobody does.</summary>
    public CharacterClaim? Claim => At(LeasePath) is JsonObject lease ? CharacterClaim.Read(lease) : null;

    /// <summary>What is written while it is made.</summary>
    public static IReadOnlyDictionary<string, JsonNode?> Held(CharacterClaim claim, string? status) => status is null
        ? new Dictionary<string, JsonNode?> { [LeasePath] = claim.Write() }
        : new Dictionary<string, JsonNode?> { [LeasePath] = claim.Write(), [StatusPath] = status };

    /// <summary>What is written once it has ended; the reason of a failure is none of the app's own fields.</summary>
    public static IReadOnlyDictionary<string, JsonNode?> Ended(CharacterRun run)
    {
        var changes = new Dictionary<string, JsonNode?>
        {
            [LeasePath] = null,
            [StatusPath] = run.Status,
            ["visuals.isShowcaseProcessed"] = run.Url is not null,
            ["visuals.showcaseProcessingError"] = run.Error,
        };
        if (run.Url is not null) changes["visuals.showcaseImageUrl"] = run.Url;
        return changes;
    }

    string? Text(string path) => At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    JsonNode? At(string path) => path.Split('.').Aggregate<string, JsonNode?>(Source.Fields, (at, part) => (at as JsonObject)?[part]);
}

/// <summary>Who makes a character's picture: the field <c>visuals.showcaseLease {owner, until}</c>.</summary>
/// <param name="Store">The Revela whose job it is: all its servers together.</param>
/// <param name="Job">Given out with the claim, so that whoever goes on after a crash finds the job or submits that very one.</param>
/// <param name="Until">From then on another may take over.</param>
public sealed record CharacterClaim(string Store, Guid Job, DateTimeOffset Until)
{
    /// <summary>What a store calls itself: the same on all its servers and after every restart.</summary>
    /// <param name="secret">The store's own; it cannot be told from the name.</param>
    public static string StoreName(byte[] secret) => $"revela-{Convert.ToHexStringLower(HMACSHA256.HashData(secret, "firestore"u8).AsSpan(0, 6))}";

    /// <summary>One that cannot be read has ended, and is of no store.</summary>
    public static CharacterClaim Read(JsonObject lease)
    {
        var owner = $"{lease["owner"]}".Split('/');
        var until = DateTimeOffset.TryParse($"{lease["until"]}", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : DateTimeOffset.MinValue;
        return owner is [{ Length: > 0 } store, var id] && Guid.TryParse(id, out var job) ? new CharacterClaim(store, job, until) : new CharacterClaim("", Guid.Empty, until);
    }

    public JsonObject Write() => new() { ["owner"] = $"{Store}/{Job:D}", ["until"] = Until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) };
}
