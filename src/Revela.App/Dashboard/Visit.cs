using System.Text.Json.Nodes;
using Revela.App.Accounts;
using Revela.App.Dashboard.Frame;
using Revela.App.Links;
using Revela.App.Notifications;
using Revela.Core.Accounts;

namespace Revela.App.Dashboard;

/// <summary>Who looks at a page, when, and in which language: all that a view needs to know besides its contents.</summary>
public sealed record Visit
{
    public required string Language { get; init; }
    public required Theme Theme { get; init; }

    /// <summary>Null for whoever has not signed in.</summary>
    public required Access? Access { get; init; }
    public required string FormToken { get; init; }
    public required DateTimeOffset Now { get; init; }

    /// <summary>Path and query of the page.</summary>
    public required string Address { get; init; }

    /// <summary>Addresses of files that pages need, by name.</summary>
    public required Func<string, string> Static { get; init; }

    /// <summary>Whether a page that is open already asks for its contents alone.</summary>
    public required bool IsPart { get; init; }

    /// <summary>What came of the form that led here, in words; null when none did.</summary>
    public string? Told { get; init; }

    /// <summary>Notifications that were not read yet; null when that is not known.</summary>
    public long? Unread { get; init; }

    public Figures Figures => new(Language);

    public string Path => Address.Split('?')[0];

    /// <summary>Where the viewer may go, in the order of the navigation.</summary>
    public required IReadOnlyList<Place> Places { get; init; }

    public bool May(Scopes scope) => Access?.Allows(scope) ?? false;

    /// <summary>The words under a key, with names in braces filled in.</summary>
    public string Say(string key, params (string Name, object? Value)[] data)
    {
        var filled = new JsonObject();
        foreach (var (name, value) in data) filled[name] = value?.ToString();
        return Words.Find(Language, key, filled) ?? key;
    }
}

/// <summary>Welcomes whoever asks for a page.</summary>
public sealed class Visits(FormToken token, Static.StaticFiles files, RevelaOptions options, TimeProvider time)
{
    /// <summary>Sent by a page that is open and asks for its contents again; <see cref="ToldPart"/> by one that shows what came of a form with them.</summary>
    public const string PartHeader = "Revela-Part", ToldPart = "told";

    public Visit Of(HttpContext http)
    {
        var access = http.Features.Get<Access>();
        return new Visit
        {
            Language = Words.LanguageOf(http.Request),
            Theme = Preferences.ThemeOf(http.Request),
            Access = access,
            Places = [.. Places.All.Where(place => place.IsOn?.Invoke(options) != false && place.IsOpenTo(access))],
            FormToken = token.For(access),
            Now = time.GetUtcNow(),
            Address = http.Request.Path + http.Request.QueryString,
            Static = files.Address,
            IsPart = IsPart(http.Request),
            Told = Told.Take(http),
        };
    }

    public static bool IsPart(HttpRequest request) => request.Headers.ContainsKey(PartHeader);

    /// <summary>Whether what came of a form is shown: a page that merely keeps itself current would take it from the one that waits for it.</summary>
    public static bool IsTold(HttpRequest request) => !IsPart(request) || request.Headers[PartHeader] == ToldPart;
}
