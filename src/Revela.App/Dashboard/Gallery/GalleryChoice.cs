using Revela.App.Api.Jobs;
using Revela.App.Recipes.RacePhotos;
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
    /// <summary>A race number: only photos on which it is asserted.</summary>
    public string? Bib { get; init; }

    /// <summary>Of a job on the picture, as <see cref="States"/> spell it.</summary>
    public string? State { get; init; }

    /// <summary>A text in the metadata of its items and jobs.</summary>
    public string? Metadata { get; init; }

    /// <summary>One of <see cref="ColourWords.All"/>: only pictures that have much of it.</summary>
    public string? Colour { get; init; }

    /// <summary>Only pictures that look like this one; nothing else is asked of them.</summary>
    public Guid? Like { get; init; }
    public string? Cursor { get; init; }

    /// <summary>In the order in which they are offered; what has not ended is pending.</summary>
    public static readonly IReadOnlyList<string> States = ["pending", "completed", "failed", "cancelled"];

    /// <summary>Whether one of the filters that are asked for less often is in use.</summary>
    public bool IsFine => Bib is not null || State is not null || Metadata is not null;

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
            Bib = Text("bib") is { } bib && RosterFile.IsBib(bib) ? bib : null,
            State = Text("state") is { } state && States.Contains(state) ? state : null,
            Metadata = Text("metadata"),
            Colour = ColourWords.Read(Text("colour")) is { } colour ? ColourWords.NamesOf(colour)[0] : null,
            Like = Guid.TryParse(Text("like"), out var like) ? like : null,
            Cursor = Text("cursor"),
        };
    }

    public AssetQuery ToQuery(string tenant) => new()
    {
        Tenant = tenant,
        Derived = Kind is null ? null : Kind == Developed,
        Search = Search,
        Pipeline = Pipeline,
        Collection = Bib is null ? Collection : Photos.Collection,
        Label = Bib is null ? null : $"bib:{Bib}",
        State = State is null ? null : JobStateNames.Parse([State])[0],
        Metadata = Metadata,
        Colour = ColourWords.Read(Colour),
        Cursor = Cursor,
        Limit = PageSize,
    };

    public string Address()
    {
        (string Name, string? Value)[] all = [("kind", Kind), ("search", Search), ("pipeline", Pipeline), ("collection", Collection), ("bib", Bib), ("state", State), ("metadata", Metadata), ("colour", Colour), ("like", Like?.ToString("D")), ("cursor", Cursor)];
        return Places.Gallery.Path + QueryString.Create(all.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value)));
    }
}
