using System.Text.Json.Serialization;
using Revela.App.Links;
using Revela.Core.Assets;

namespace Revela.App.Api.Views;

/// <summary>An image that Revela keeps, as clients read it.</summary>
/// <param name="Width">As displayed, EXIF orientation applied.</param>
/// <param name="ParentId">The asset it was developed from; absent for an original.</param>
/// <param name="PerceptualHash">16 hex digits; absent until a job has inspected it or a small copy of it was made.</param>
/// <param name="Colours">Those that a tenth of it or more has; known when the hash is.</param>
/// <param name="Url">Signed; loads by itself until it expires.</param>
public sealed record AssetView(
    Guid Id, string ContentType, long Bytes, string Sha256, int Width, int Height, int Frames, string? FileName,
    Guid? ParentId, Guid? JobId, string? Name, DateTimeOffset CreatedAt, string? PerceptualHash, IReadOnlyList<string>? Colours, string Url)
{
    public static AssetView Of(Asset asset, Linker links) => new(
        asset.Id, asset.ContentType, asset.Bytes, asset.Sha256, asset.Width, asset.Height, asset.Frames, asset.FileName,
        asset.ParentId, asset.JobId, asset.Name, asset.CreatedAt, asset.PerceptualHash?.ToString(),
        asset.Likeness is { } seen ? ColourWords.NamesOf(seen.Colours) : null, links.Content(asset.Id));
}

/// <summary>Assets uploaded together.</summary>
public sealed record AssetList(IReadOnlyList<AssetView> Assets);

/// <summary>A page of assets, newest first.</summary>
/// <param name="Next">Cursor of the next page; null at the end.</param>
public sealed record AssetPage(IReadOnlyList<AssetView> Assets, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

/// <summary>Assets that look like one, nearest first.</summary>
public sealed record SimilarAssets(IReadOnlyList<SimilarAsset> Assets);

/// <param name="Distance">Bits of the perceptual hash that differ.</param>
public sealed record SimilarAsset(int Distance, AssetView Asset);
