using System.Text.Json.Serialization;

namespace Revela.App.Recipes.Showcase;

/// <summary>A character as the app reads it.</summary>
public sealed record CharacterView(CharacterCore Core, CharacterMeta Meta, CharacterVisuals Visuals);

public sealed record CharacterCore(string Name);

public sealed record CharacterMeta([property: JsonPropertyName("userId")] string UserId);

/// <param name="ImageUrl">The picture it came with; signed. Null without one.</param>
/// <param name="ShowcaseImageUrl">The finished picture; null until there is one.</param>
/// <param name="IsShowcaseProcessed">Whether the finished picture is that of the last run.</param>
/// <param name="ShowcaseProcessingStatus"><c>removing-background</c>, <c>upscaling</c>, <c>finalizing</c>, <c>complete</c> or <c>failed</c>; null before the first run.</param>
/// <param name="Error">Why it failed, or what the last attempt failed with while another is waited for.</param>
/// <param name="Code">The engine's stable code of the error; absent without one.</param>
public sealed record CharacterVisuals(
    [property: JsonPropertyName("imageUrl"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? ImageUrl,
    [property: JsonPropertyName("showcaseImageUrl"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? ShowcaseImageUrl,
    [property: JsonPropertyName("isShowcaseProcessed")] bool IsShowcaseProcessed,
    [property: JsonPropertyName("showcaseProcessingStatus"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? ShowcaseProcessingStatus,
    string? Error, string? Code);

/// <summary>A character, made or changed.</summary>
public sealed record CharacterForm
{
    public IFormFile? Image { get; init; }

    /// <summary>Whose it is; letters, digits, <c>_</c>, <c>-</c> and <c>.</c>.</summary>
    [JsonPropertyName("userId")]
    public string? UserId { get; init; }
    public string? Name { get; init; }
}

/// <summary>What was asked for is on its way.</summary>
public sealed record CharacterQueued(string Id, Guid JobId, string Status);
