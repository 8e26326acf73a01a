using System.Globalization;

namespace Revela.App.Dashboard.Race;

/// <summary>Where somebody is on the way through the readings that wait: which photo, and how many of its readings were passed over.</summary>
/// <param name="Photo">This one; null for the newest that waits.</param>
/// <param name="Cursor">Photos up to here were passed over.</param>
/// <param name="Last">The reading that was decided last, to be undone.</param>
public sealed record ReviewPlace(Guid? Photo, string? Cursor, int At, ReadingName? Last = null)
{
    public static string Root { get; } = Places.Race.Path + "/review";

    public static ReviewPlace Begin { get; } = new(null, null, 0);

    /// <param name="field">A field of a query or of a form, by its name.</param>
    public static ReviewPlace Of(Func<string, string?> field) => new(
        Guid.TryParse(field("photo"), out var photo) ? photo : null, field("cursor") is { Length: > 0 } cursor ? cursor : null,
        int.TryParse(field("at"), NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : 0, ReadingName.Parse(field("last")));

    /// <summary>Passes over the reading that is shown.</summary>
    /// <param name="count">How many the photo has.</param>
    /// <param name="next">Cursor of the next photo; null when there is none.</param>
    public ReviewPlace Skip(int count, string? next) => (At + 1 < count ? this with { At = At + 1 } : Begin with { Cursor = next }) with { Last = null };

    /// <summary>After the reading that is shown was decided.</summary>
    /// <param name="left">How many of the photo's readings wait still.</param>
    public ReviewPlace Go(int left, string? next, ReadingName last) => (left switch
    {
        // The photo waits no more, so that the next one is found in its place.
        0 => this with { Photo = null, At = 0 },
        _ when At < left => this,
        _ => Begin with { Cursor = next },
    }) with
    { Last = last };

    public string Address()
    {
        (string Name, string? Value)[] all = [("photo", Photo?.ToString("D")), ("cursor", Cursor), ("at", At == 0 ? null : $"{At}"), ("last", Last?.ToString())];
        return Root + QueryString.Create(all.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value)));
    }
}
