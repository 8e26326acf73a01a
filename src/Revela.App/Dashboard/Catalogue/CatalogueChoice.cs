using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace Revela.App.Dashboard.Catalogue;

/// <summary>Which articles somebody looks at: as an address and as forms spell it, where an empty field is none.</summary>
public sealed record CatalogueChoice
{
    const int MaxText = 200;

    public ArticleStanding? State { get; init; }
    public int? Category { get; init; }

    /// <summary>A part of the name, or the number.</summary>
    public string? Search { get; init; }

    /// <summary>How many are passed over.</summary>
    public int From { get; init; }

    public bool IsAll => this with { From = 0 } == new CatalogueChoice();

    public static CatalogueChoice Of(HttpRequest request)
    {
        Func<string, StringValues> field = HttpMethods.IsPost(request.Method) ? name => request.Form[name] : name => request.Query[name];
        string? Text(string name) => field(name) is [{ } text] && text.Trim() is { Length: > 0 and <= MaxText } trimmed ? trimmed : null;
        int? Number(string name) => int.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
        return new CatalogueChoice
        {
            State = Enum.TryParse<ArticleStanding>(Text("state"), ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : null,
            Category = Number("category"),
            Search = Text("search"),
            From = Math.Max(0, Number("from") ?? 0),
        };
    }

    public bool Holds(ArticleLine line) =>
        (State is null || line.Standing == State) && (Category is null || line.Category == Category)
        && (Search is null || line.Name.Contains(Search, StringComparison.CurrentCultureIgnoreCase) || line.Article.ExternalId == Search);

    /// <summary>What is chosen, by the names of fields; the page aside.</summary>
    public IEnumerable<(string Name, string Value)> Fields
    {
        get
        {
            (string, string?)[] all = [("state", State is { } state ? Spell(state) : null), ("category", Category?.ToString(CultureInfo.InvariantCulture)), ("search", Search)];
            return all.Where(one => one.Item2 is not null).Select(one => (one.Item1, one.Item2!));
        }
    }

    public string Address() => Places.Catalogue.Path + QueryString.Create(
        Fields.Concat(From == 0 ? [] : [("from", From.ToString(CultureInfo.InvariantCulture))]).Select(field => KeyValuePair.Create(field.Item1, (string?)field.Item2)));

    /// <summary>As addresses, styles and words name it.</summary>
    public static string Spell(ArticleStanding standing) => JsonNamingPolicy.KebabCaseLower.ConvertName(standing.ToString());
}
