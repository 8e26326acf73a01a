using Revela.Core.Assets;

namespace Revela.App.Dashboard.Gallery;

/// <summary>Which pictures somebody looks at: as an address and as forms spell it, where an empty field is none.</summary>
public sealed record GalleryChoice
{
    public const string Originals = "originals", Developed = "developed";
    const int MaxText = 200;
    const int PageSize = 60;

    /// <summary>Originals or developed ones; null for both.</summary>
    public string? Kind { get; init; }
    public string? Search { get; init; }
    public string? Pipeline { get; init; }
    public string? Collection { get; init; }
    public string? Cursor { get; init; }

    public bool IsAll => this with { Cursor = null } == new GalleryChoice();

    public static GalleryChoice Of(HttpRequest request)
    {
        string? Text(string name) => request.Query[name] is [{ } text] && text.Trim() is { Length: > 0 and <= MaxText } trimmed ? trimmed : null;
        return new GalleryChoice
        {
            Kind = Text("kind") is Originals or Developed ? Text("kind") : null,
            Search = Text("search"),
            Pipeline = Text("pipeline"),
            Collection = Text("collection"),
            Cursor = Text("cursor"),
        };
    }

    public AssetQuery ToQuery(string tenant) => new()
    {
        Tenant = tenant,
        Derived = Kind is null ? null : Kind == Developed,
        Search = Search,
        Pipeline = Pipeline,
        Collection = Collection,
        Cursor = Cursor,
        Limit = PageSize,
    };

    public string Address()
    {
        (string Name, string? Value)[] all = [("kind", Kind), ("search", Search), ("pipeline", Pipeline), ("collection", Collection), ("cursor", Cursor)];
        return Places.Gallery.Path + QueryString.Create(all.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value)));
    }
}
