using Revela.Core.Assets;

namespace Revela.Storage.Objects.S3;

/// <summary>Which bucket an area is, and what an object is called inside it.</summary>
sealed class Buckets(S3Options options)
{
    readonly Dictionary<string, Place> areas = new(StringComparer.Ordinal)
    {
        [ObjectKeys.Originals] = Root(options.OriginalsBucket),
        [ObjectKeys.Processed] = Root(options.ProcessedBucket),
    };

    /// <summary>A bucket and a key in it. As an area's root the key is empty, or a prefix that ends in a slash.</summary>
    public sealed record Place(string Bucket, string Key);

    public Place Of(string area) =>
        areas.TryGetValue(area, out var root) ? root : throw new ArgumentException("Not an area of objects.", nameof(area));

    /// <exception cref="ArgumentException">The key is not one of ours.</exception>
    public Place PlaceOf(string key)
    {
        ObjectPaths.Checked(key);
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) throw new ArgumentException("Not an object key.", nameof(key));
        var root = Of(key[..slash]);
        return root with { Key = root.Key + key[(slash + 1)..] };
    }

    static Place Root(string setting) =>
        setting.IndexOf('/', StringComparison.Ordinal) is var slash and > 0 ? new Place(setting[..slash], setting[(slash + 1)..] + "/") : new Place(setting, "");
}
