using System.Text.Json.Serialization;

namespace Revela.App.Recipes.Cutout;

/// <summary>An image of the gallery as its clients read it.</summary>
/// <param name="Url">Signed; a plain image tag loads it. Null until the picture is there.</param>
/// <param name="Status"><c>completed</c>, or of a result still being made <c>pending</c>, <c>processing</c> or <c>failed</c>.</param>
/// <param name="ParentUuid">The image it was made of; null for an uploaded one.</param>
public sealed record ImageView(
    Guid Uuid, string Title,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Url, string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Guid? ParentUuid, DateTimeOffset CreatedAt);

/// <summary>One image.</summary>
public sealed record ImageAnswer(bool Success, ImageView Image);

/// <summary>A page of images, newest first.</summary>
/// <param name="Next">Cursor of the next page; null on the last.</param>
public sealed record ImagePage(bool Success, IReadOnlyList<ImageView> Images, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

/// <summary>An image with its title, to be kept.</summary>
public sealed record ImageForm
{
    public required IFormFile Image { get; init; }

    /// <summary>The file's name when left out.</summary>
    public string? Title { get; init; }
}
