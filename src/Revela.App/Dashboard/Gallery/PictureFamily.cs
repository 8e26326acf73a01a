using Revela.Core.Assets;

namespace Revela.App.Dashboard.Gallery;

/// <summary>A picture with all that was developed from it.</summary>
public sealed record PictureFamily(Asset Asset, IReadOnlyList<PictureFamily> Developed)
{
    const int MostParents = 20, MostPictures = 200;

    /// <summary>The whole family of a picture, from its original down; of a very large one, its first pictures.</summary>
    public static async Task<PictureFamily> Of(IAssetStore assets, Asset asset, CancellationToken cancel)
    {
        var oldest = asset;
        for (var i = 0; i < MostParents && oldest.ParentId is { } id && await assets.Get(asset.Tenant, id, cancel) is { } parent; i++) oldest = parent;
        var left = MostPictures;
        return await Grow(oldest, MostParents);

        async Task<PictureFamily> Grow(Asset from, int generations)
        {
            left--;
            if (left <= 0 || generations == 0) return new PictureFamily(from, []);
            var page = await assets.List(new AssetQuery { Tenant = asset.Tenant, ParentId = from.Id, Limit = Math.Min(left, 100) }, cancel);
            var developed = new List<PictureFamily>();
            foreach (var child in page.Items.Reverse()) developed.Add(await Grow(child, generations - 1));
            return new PictureFamily(from, developed);
        }
    }
}
