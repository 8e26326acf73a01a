using Revela.App.Recipes.RacePhotos;

namespace Revela.App.Dashboard.Race;

/// <summary>Which photos of a race somebody looks at: as an address and as forms spell it, where an empty field is none.</summary>
public sealed record RaceChoice
{
    public const string Doubtful = "review";
    const int MaxText = 100;

    /// <summary>A number, or a part of a runner's name.</summary>
    public string? Find { get; init; }

    /// <summary>Only those with readings that wait for a person.</summary>
    public bool IsDoubtful { get; init; }
    public string? Cursor { get; init; }

    public bool IsAll => this with { Cursor = null } == new RaceChoice();

    public static RaceChoice Of(HttpRequest request)
    {
        string? Text(string name) => request.Query[name] is [{ } text] && text.Trim() is { Length: > 0 and <= MaxText } trimmed ? trimmed : null;
        return new RaceChoice { Find = Text("find"), IsDoubtful = Text("kind") == Doubtful, Cursor = Text("cursor") };
    }

    /// <summary>What the photos are looked up by; null for all.</summary>
    /// <param name="runners">Those whose name fits.</param>
    public string? Label(IReadOnlyList<Runner> runners) => Find switch
    {
        null => IsDoubtful ? Review.Label : null,
        _ when RosterFile.IsBib(Find) => $"bib:{Find}",
        _ => runners is [var one] ? $"bib:{one.Bib}" : "bib:",
    };

    public string Address()
    {
        (string Name, string? Value)[] all = [("find", Find), ("kind", IsDoubtful ? Doubtful : null), ("cursor", Cursor)];
        return Places.Race.Path + QueryString.Create(all.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value)));
    }
}
